"""Markdown artifacts, on the page of a flow run or none, one of each key: written again, it changes in its place."""

from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.client.schemas.filters import (
    ArtifactCollectionFilter,
    ArtifactCollectionFilterKey,
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    ArtifactFilterKey,
)


async def find_artifact(client: PrefectClient, run_id: UUID, key: str) -> UUID | None:
    """The run's artifact of this key."""
    wanted = ArtifactFilter(
        flow_run_id=ArtifactFilterFlowRunId(any_=[run_id]), key=ArtifactFilterKey(any_=[key])
    )
    made = await client.read_artifacts(artifact_filter=wanted)
    return made[0].id if made else None


async def create_artifact(
    client: PrefectClient, run_id: UUID, key: str, markdown: str, description: str
) -> UUID:
    """A new artifact of the run."""
    new = ArtifactCreate(type="markdown", key=key, data=markdown, description=description, flow_run_id=run_id)
    return (await client.create_artifact(new)).id


async def update_artifact(client: PrefectClient, artifact: UUID, markdown: str) -> None:
    """Show this instead."""
    await client.update_artifact(artifact, ArtifactUpdate(data=markdown))


async def show_latest(client: PrefectClient, key: str, markdown: str, description: str) -> None:
    """Show this as the newest artifact of a key that belongs to no run; the same again changes nothing."""
    wanted = ArtifactCollectionFilter(key=ArtifactCollectionFilterKey(any_=[key]))
    kept = await client.read_latest_artifacts(artifact_filter=wanted)
    if not kept:
        new = ArtifactCreate(type="markdown", key=key, data=markdown, description=description)
        await client.create_artifact(new)
    elif kept[0].data != markdown:
        await update_artifact(client, kept[0].latest_id, markdown)
