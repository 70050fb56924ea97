"""What the routes of the intake work with, put together once by `main`."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request
from sqlalchemy.engine import Engine

from gaptracker.workflows.present import Present


