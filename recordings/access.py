"""How is a recording fetched? Fetching is authorising."""

from django.http import Http404

from accounts.access import Capability, Person, require

from .models import Recording, RecordingQuerySet


def list_recordings(
    user: Person, capability: Capability = Capability.VM_RECORDINGS
) -> RecordingQuerySet:
    """Return the recordings on which `user` has `capability`, whether or not their machine is."""
    found = Recording.objects.allowing(user, capability)
    return found.select_related("vm", "owner", "team", "person", "started_by", "video__job")


def get_recording(user: Person, pk: int, capability: Capability) -> Recording:
    """Return a recording. Raises Http404 for one unseen, PermissionDenied without `capability`."""
    recording = list_recordings(user).filter(pk=pk).first()
    if recording is None:
        raise Http404
    require(user, capability, recording)
    return recording
