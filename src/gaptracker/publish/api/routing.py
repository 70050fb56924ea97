"""Routes, complete as they are written: an application takes them as they are."""

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute

from gaptracker.publish.api.deprecations import announce_deprecations
from gaptracker.publish.api.parameters import require_documented_parameters


class Routes(APIRouter):
    """Routes of one kind, each with what every request goes through.

    An application that includes a router of FastAPI's has each route made a second time, with all
    that reads its parameters and writes its answers; of these it takes the routes themselves.
    """

    def __init__(self, *, tag: str, route_class: type[APIRoute] = APIRoute) -> None:
        """Begin with none.

        Args:
            tag: Under which the description lists them.
            route_class: What each is made of.
        """
        super().__init__(
            tags=[tag],
            route_class=route_class,
            dependencies=[Depends(announce_deprecations), Depends(require_documented_parameters)],
            generate_unique_id_function=lambda route: route.name,
        )
