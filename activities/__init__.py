"""Side effects, each once: email, meetings, surveys, tasks, escalations, offers and webhooks.

`channels` has one file a kind of touch, `transports` what carries them, `mail` the messages, `ledger` the tables that keep
each touch to one act. `registry.open_activities(settings)` gives a worker all activities.
"""
