"""What is asked of a Temporal server: the connection, enrolment, healing, search attributes, time travel; rooms for the dev server and deployments."""
