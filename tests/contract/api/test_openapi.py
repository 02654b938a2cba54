"""The description matches the server: complete, and nothing it allows ends in a 500 or an undocumented answer."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from unittest import SkipTest

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable, UnsatisfiedAssumption
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from tests.contract.api.conftest import OWNER_KEY, PUBLIC, Edge

FUZZ = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "8")),
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def not_a_server_error(context: Any, response: Any, case: Any) -> None:
    """503 is a documented answer of parts that are missing; everything else above 499 is a fault of ours."""
    assert response.status_code < 500 or response.status_code == 503, f"{case.method} {case.path}: {response.status_code}"


CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def send(client: TestClient, case: schemathesis.Case) -> Any:
    """The case as the bytes that a browser or program would send, to the app in this process."""
    headers = {"Authorization": f"Bearer {OWNER_KEY}"}
    prepared = requests.Request(**case.as_transport_kwargs(base_url=PUBLIC, headers=headers)).prepare()
    response = client.request(str(prepared.method), str(prepared.url), content=prepared.body, headers=dict(prepared.headers))
    client.cookies.clear()
    return response


@pytest.mark.slow
def test_any_request_gets_a_documented_answer(make_edge: Callable[..., Edge]) -> None:
    much = dict.fromkeys(("rate_limit_owner", "rate_limit_address", "rate_limit_login"), "1000000/minute")
    edge = make_edge(local=False, **much)
    schema = schemathesis.openapi.from_asgi("/openapi.json", edge.app)
    operations = [operation.ok() for operation in schema.get_all_operations()]
    assert len(operations) > 30
    with edge.sockets() as client:
        for operation in operations:
            for mode in GenerationMode:

                @FUZZ
                @given(case=operation.as_strategy(generation_mode=mode))
                def fuzz(case: schemathesis.Case) -> None:
                    case.validate_response(send(client, case), checks=CHECKS)

                with suppress(Unsatisfiable, UnsatisfiedAssumption, SkipTest):  # some operations have nothing to get wrong
                    fuzz()


def test_every_operation_is_described_with_its_errors(shared_edges: Callable[..., Edge]) -> None:
    for local in (True, False):
        described = shared_edges(local=local).app.openapi()
        assert set(described["components"]["securitySchemes"]) == {"key", "session"}
        for path, operations in described["paths"].items():
            for method, operation in operations.items():
                name = f"{method} {path}"
                assert operation.get("description") or operation.get("summary"), name
                assert operation["tags"], name
                if path.startswith("/api/"):
                    assert {"401", "403", "422", "429"} <= set(operation["responses"]), name
                    assert "Retry-After" in operation["responses"]["429"]["headers"], name
                    assert ({} in operation.get("security", [])) == local or path == "/api/v1/session", name


def test_requests_come_with_examples(shared_edges: Callable[..., Edge]) -> None:
    schemas = shared_edges(local=False).app.openapi()["components"]["schemas"]
    for name in ("ChatIn", "AppointmentIn", "AppointmentPatch", "TaskIn", "TaskPatch", "LoginIn", "KeyIn"):
        assert schemas[name]["examples"], name
