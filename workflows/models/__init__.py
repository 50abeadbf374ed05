"""The rows of the workflow engine; one module per area, all of them named here for Django."""

from workflows.models.additions import AddedApprover
from workflows.models.answer_exports import AnswerExport
from workflows.models.cases import FIRST_REHEARSED, Case, GuestAccess, StartOnce, StepSubmission
from workflows.models.claims import StepClaim
from workflows.models.copies import CaseCopy
from workflows.models.definitions import FlowDefinition, FlowVersion, PinnedForm
from workflows.models.delegations import Delegation
from workflows.models.discussion import DiscussionNote
from workflows.models.events import EventWait
from workflows.models.feeds import CalendarFeed
from workflows.models.holds import Hold
from workflows.models.moves import CaseMove, MassMove
from workflows.models.readings import Reading
from workflows.models.scenarios import Scenario
from workflows.models.substitutions import Substitution
from workflows.models.tasks import OPEN_HUMAN, OPEN_STATUSES, PASSED, Task, TaskCandidate
from workflows.models.time_limits import TimeLimit

__all__ = [
    "FIRST_REHEARSED",
    "OPEN_HUMAN",
    "OPEN_STATUSES",
    "PASSED",
    "AddedApprover",
    "AnswerExport",
    "CalendarFeed",
    "Case",
    "CaseCopy",
    "CaseMove",
    "Delegation",
    "DiscussionNote",
    "EventWait",
    "FlowDefinition",
    "FlowVersion",
    "GuestAccess",
    "Hold",
    "MassMove",
    "PinnedForm",
    "Reading",
    "Scenario",
    "StartOnce",
    "StepClaim",
    "StepSubmission",
    "Substitution",
    "Task",
    "TaskCandidate",
    "TimeLimit",
]
