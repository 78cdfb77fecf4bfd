"""Who left or was closed comes back under the same id: a new life, which knows the old one."""

from dataclasses import replace
from datetime import date

from console.customers.customer_client import CustomerClient
from console.customers.customer_list import Filter, list_customers
from lifecycle.domain.enums import Stage
from lifecycle.domain.people.customer import Contract
from runtime.temporal.enrolment import Enrolled, enrol
from tests.workflows.harness.building import a_customer, a_playbook, stage
from tests.workflows.harness.customer_workflow import until
from tests.workflows.harness.worker_harness import WorkerHarness

BOTH = a_playbook(
    stage(
        "onboarding",
        """
welcome:
  at: {day: 0}
  within: 5d
  steps:
    - email: {template: welcome, category: operational}
gift:
  at: {day: 1}
  steps:
    - offer: {offer: gift, terms: a present, once: ever}
news:
  at: {day: 2}
  steps:
    - email: {template: news}
""",
    )
    + stage("farewell")
)


async def test_a_second_life_meets_no_touch_key_again_and_knows_offers_opt_outs_and_why_it_left(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), BOTH)
    await life.live_until("2038-01-05 12:00")
    await life.tell("contact.opted_out", "2038-01-05 13:00", email=life.customer.contacts[0].email, category="success")
    await life.tell("customer.churned", "2038-01-07 10:00", kind="natural", reason="closed down")
    assert (await life.result()).why == "gone: closed down"
    assert await life.touches() == ["2038-01-04 09:00 welcome/1/email-welcome", "2038-01-05 09:00 gift/1/offer-gift"]

    same = await enrol(harness.client, life.customer, BOTH[0], life.at("2038-01-07 11:00"), harness.task_queue)
    contract = Contract(start=date(2038, 2, 1), end=date(2039, 2, 1))
    back = life.customer.model_copy(update={"contract": contract})
    again = await enrol(harness.client, back, BOTH[0], life.at("2038-02-01 08:00"), harness.task_queue)
    twice = await enrol(harness.client, back, BOTH[0], life.at("2038-02-01 08:00"), harness.task_queue)
    assert (same, again, twice) == (Enrolled.OVER, Enrolled.AGAIN, Enrolled.ALREADY)

    async def gone() -> bool:
        return life.customer.id in {one["customer"] for one in await list_customers(harness.client, Filter(stage=Stage.CLOSED))}

    async def is_back() -> bool:
        return life.customer.id in {one["customer"] for one in await list_customers(harness.client, Filter())} and not await gone()

    await until(is_back)
    second = replace(life, customer=back, events_told=[])
    await second.travel_to(life.at("2038-02-01 08:00"))
    await second.wait_until_idle()
    await second.live_until("2038-02-04 12:00")
    status = await second.status()
    assert (status.term, status.churn_reason) == (2, "closed down")
    lines = [line.why for line in await second.timeline() if line.why.startswith("enrolled again")]
    assert lines == ["enrolled again, life 2 of this customer, term 2 is the first of it; it left because: closed down"]
    assert await second.touches() == ["2038-02-01 09:00 2/welcome/1/email-welcome"]
    assert harness.sent_twice == (0, 0)


async def test_who_was_enrolled_by_mistake_is_enrolled_again_with_the_contract_that_it_had(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), BOTH)
    await life.live_until("2038-01-04 12:00")
    await CustomerClient(harness.client, life.customer.id).remove("the wrong playbook", "Kim Lee")
    assert (await life.result()).why == "removed: the wrong playbook"
    again = await enrol(harness.client, life.customer, BOTH[0], life.at("2038-01-04 13:00"), harness.task_queue)
    second = replace(life, events_told=[])
    await second.travel_to(life.at("2038-01-04 13:00"))
    await second.wait_until_idle()
    await second.live_until("2038-01-05 08:00")
    assert (again, await second.touches()) == (Enrolled.AGAIN, ["2038-01-04 13:00 2/welcome/1/email-welcome"])
