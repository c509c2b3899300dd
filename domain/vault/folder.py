"""The folders of the Vault."""

from enum import StrEnum


class Folder(StrEnum):
    """Where things lie in a Vault; the value is the folder's name on disk."""

    INBOX = "Inbox"
    NEEDS_ACTION = "Needs_Action"
    PLANS = "Plans"
    PENDING_APPROVAL = "Pending_Approval"
    APPROVED = "Approved"
    REJECTED = "Rejected"
    DONE = "Done"
    LOGS = "Logs"
    REPORTS = "Reports"
    DEAD_LETTERS = "Dead_Letters"
    PLAYBOOKS = "Playbooks"
    POSTS = "Posts"
    ATTACHMENTS = "Attachments"


TASK_FOLDERS = (Folder.NEEDS_ACTION, Folder.DONE, Folder.DEAD_LETTERS)
"""A task's note is in exactly one of these."""
