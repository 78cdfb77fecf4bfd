"""Side effects, each once: email, meetings, surveys, tasks, escalations, offers, webhooks, and the ledger that keeps them so.

`registry.open_activities(settings)` gives a worker all of them.
"""
