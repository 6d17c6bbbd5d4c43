"""The adapter as a task of Airflow 3; README.md has the command that runs it once.

Airflow runs a task again whose worker died, and cannot know whether the message had left: keep
`retries` at 0 (the default) unless a second message does no harm."""

import os

from airflow.sdk import dag, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException
from workflow_adapter import AdapterError, Plugin


@task
def send_text(phone_number: str, message: str) -> str:
    with Plugin.load(os.environ["WFA_PLUGIN"]).create(os.environ["WFA_PROPERTIES"]) as adapter:
        try:
            request = {"phoneNumber": phone_number, "message": message}
            step = get_current_context()["ti"].id  # a try's own id: comes back in status events
            return adapter.execute("sendMessageText", request, correlation_id=str(step))["messageId"]
        except AdapterError as error:  # only a retryable one may use up the task's retries
            raise (error if error.retryable else AirflowFailException(str(error)))


@dag(schedule=None)
def whatsapp():
    send_text("+16505551234", "Your order has shipped")


whatsapp()
