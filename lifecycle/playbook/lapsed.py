"""What happens in the stage `lapsed` of a playbook that has none: a person of ours is asked, and asked again. Silence is no decision."""

from lifecycle.playbook.stages import StagePlan

LAPSED_PLAN = StagePlan.model_validate(
    {
        "goal": "A word from the customer, whichever way it goes",
        "owner": "csm",
        "exit": 'churn.kind == ""',
        "plays": {
            "ask-about-lapsed": {
                "about": "The term and its grace are over and nobody has said how it goes on, so somebody asks, and then somebody else.",
                "at": {"day": 0},
                "within": "10d",
                "priority": 90,
                "steps": [
                    {
                        "task": {
                            "title": "The term is over without a word: reach the customer, and record contract.renewed or customer.churned with its reason",
                            "due": "3bd",
                            "ladder": [{"after": "2bd", "to": "cs-manager"}, {"after": "5bd", "to": "head-of-cs"}],
                        },
                        "id": "ask-about-lapsed",
                    }
                ],
            },
            "ask-again-about-lapsed": {
                "about": "Still no word.",
                "every": "30d",
                "within": "10d",
                "priority": 80,
                "steps": [
                    {
                        "task": {
                            "title": "Still no word since the term ended: ask again, or give it up with customer.churned, kind no_decision",
                            "owner": "cs-manager",
                            "due": "5bd",
                        }
                    }
                ],
            },
        },
    }
)
