"""The playbook of a year with something of everything, and the standard one."""

from pathlib import Path

from runtime.playbook_files import load
from tests.workflows.harness.building import a_playbook, stage

STANDARD = load(Path(__file__).parents[3] / "playbooks" / "standard.yaml")

YEAR = a_playbook(
    stage(
        "onboarding",
        """
welcome:
  at: {day: 0}
  steps:
    - email: {template: welcome, category: operational}
kickoff:
  on: handoff.accepted
  steps:
    - meeting: {template: kickoff, with: [champion, sponsor], within: 5bd}
    - wait_for:
        event: meeting.accepted
        timeout: 3bd
        otherwise: [{email: {template: nudge}}]
    - task: {title: Prepare the kickoff, due: {A: 1bd, B: 2bd, C: 3bd}}
checkin:
  at: {day: 14, time: 10:30}
  steps:
    - email: {template: checkin}
survey:
  at: {before: 5bd, of: stage_end}
  steps:
    - survey: {template: nps, survey: nps}
    - wait_for:
        event: survey.answered
        timeout: 14d
        then: [{task: {title: Call the detractor, due: 1bd}, if: 'surveys["nps"].score <= 6'}]
""",
    )
    + stage(
        "growth",
        """
monthly:
  every: {A: 1mo, B: 2mo, C: 3mo}
  steps:
    - email: {template: monthly}
thanks:
  on: contract.renewed
  steps:
    - email: {template: thanks, category: operational}
judge:
  at: {before_end: 1/3}
  outlives_stage: true
  steps:
    - task: {title: Judge the renewal, due: 2bd, ladder: [{after: 3bd, to: cs-manager}]}
      id: judge
""",
    )
    + stage(
        "renewal",
        """
letter:
  at: {before_end: 60d}
  steps:
    - email: {template: renewal, category: operational}
decision:
  at: {before_end: 14d}
  steps:
    - task: {title: Get the decision, due: 3bd}
    - wait: 1w
    - escalate: {to: cs-manager, reason: No decision}
no-decision:
  at: {after: 1d, of: contract_end}
  steps:
    - escalate: {to: head-of-cs, reason: The term is over}
""",
    )
    + stage(
        "win_back",
        """
goodbye:
  at: {day: 1}
  steps:
    - email: {template: goodbye, category: operational}
""",
    )
)
