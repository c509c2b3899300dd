"""From when on the owner is told how the services and the machine are; nothing here says what is done."""

from pydantic import BaseModel, Field


class HealthRules(BaseModel, frozen=True, extra="forbid"):
    """The handbook's thresholds."""

    tell_after_minutes: float = Field(
        default=10, ge=0, le=24 * 60, description="what is away for so long is told"
    )
    remind_hours: float = Field(default=24, ge=1, le=24 * 30, description="and again after so long")
    disk_free_gb: float = Field(default=1, ge=0, description="less free than this is told")
    memory_percent: float = Field(default=95, gt=0, le=100, description="more in use than this is told")
    cpu_percent: float = Field(
        default=95, gt=0, le=100, description="busier than this over five minutes is told"
    )
    slow_seconds: float = Field(default=3, gt=0, description="slower answers than this are marked")
    uptime_percent: float = Field(default=99, gt=0, le=100, description="less uptime than this is marked")
    waiting_hours: float = Field(
        default=24, gt=0, description="what waits longer for a person or a replay is marked"
    )
