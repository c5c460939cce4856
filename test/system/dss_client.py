"""Talks to a DSS node in the order and with the quirks of the official Python client: its session, its paths, its waits.

Usage: dss_client.py URL API_KEY. Prints one JSON object with what was found; exits 1 when a call is refused.
"""

import json
import sys
import time

import requests
from requests.auth import HTTPBasicAuth

FINAL = ("DONE", "FAILED", "ABORTED")


class Refused(Exception):
    """DSS answered with an error object, or with something that is none."""


class Client:
    """One session for all calls, the key as user name, bodies as JSON text without a Content-Type."""

    def __init__(self, host, key):
        self.host = host
        self.session = requests.Session()
        self.session.auth = HTTPBasicAuth(key, "")

    def call(self, method, path, params=None, body=None):
        data = None if body is None else json.dumps(body)
        address = f"{self.host}/dip/publicapi{path}"
        reply = self.session.request(method, address, params=params, data=data, timeout=20)
        if reply.status_code >= 400:
            try:
                error = reply.json()
            except ValueError:
                raise Refused(f"HTTP {reply.status_code}: {reply.text[:80]}") from None
            raise Refused(f"{error.get('errorType', '?')}: {error.get('message', '?')}")
        return reply

    def json(self, method, path, params=None, body=None):
        return self.call(method, path, params, body).json()


def wait_for_job(client, project, job):
    """Sleeps a fifth of a second first, and each time a tenth longer, as the client's waiter does."""
    pause = 0.2
    while True:
        status = client.json("GET", f"/projects/{project}/jobs/{job}/")
        state = status["baseStatus"]["state"]
        if state in FINAL:
            return state, status
        time.sleep(pause)
        pause = min(pause * 1.1, 15)


def build(client, project, dataset):
    definition = {
        "type": "NON_RECURSIVE_FORCED_BUILD",
        "refreshHiveMetastore": False,
        "autoUpdateSchemaBeforeEachRecipeRun": False,
        "outputs": [{"type": "DATASET", "id": dataset, "projectKey": project, "partition": "NP"}],
    }
    job = client.json("POST", f"/projects/{project}/jobs/", body=definition)["id"]
    state, _ = wait_for_job(client, project, job)
    log = client.call("GET", f"/projects/{project}/jobs/{job}/log").text
    listed = client.json("GET", f"/projects/{project}/jobs/", params={"limit": 5})
    return {"job": job, "state": state, "log": len(log), "listed": job in [row["def"]["id"] for row in listed]}


def run_scenario(client, project, scenario):
    """Fires it, waits until the firing has become a run, waits until the run has an outcome."""
    root = f"/projects/{project}/scenarios/{scenario}"
    fire = client.json("POST", f"{root}/run", body={})
    wanted = {"triggerId": fire["trigger"]["id"], "triggerRunId": fire["runId"]}
    while True:
        found = client.json("GET", f"{root}/get-run-for-trigger", params=wanted)
        if "scenarioRun" in found:
            run = found["scenarioRun"]["runId"]
            break
        again = client.json(
            "GET",
            f"/projects/{project}/scenarios/trigger/{scenario}/{wanted['triggerId']}",
            params={"triggerRunId": fire["runId"]},
        )
        if again["cancelled"]:
            return {"outcome": "CANCELLED"}
        time.sleep(0.2)
    while True:
        details = client.json("GET", f"{root}/{run}/")
        result = details["scenarioRun"].get("result")
        if result and result.get("outcome"):
            return {"outcome": result["outcome"], "steps": len(details.get("stepRuns", []))}
        time.sleep(0.2)


def abort_a_job(client, project, dataset):
    definition = {
        "type": "NON_RECURSIVE_FORCED_BUILD",
        "outputs": [{"type": "DATASET", "id": dataset, "projectKey": project}],
    }
    job = client.json("POST", f"/projects/{project}/jobs/", body=definition)["id"]
    time.sleep(0.3)
    client.json("POST", f"/projects/{project}/jobs/{job}/abort")
    return wait_for_job(client, project, job)[0]


def main():
    client = Client(sys.argv[1], sys.argv[2])
    project = "DKU_MONITORING"
    try:
        projects = client.json("GET", "/projects/", params={"includeLocation": False})
        scenarios = client.json("GET", f"/projects/{project}/scenarios/")
        found = {
            "version": client.call("GET", "/projects/").headers.get("DSS-Version"),
            "projects": [one["projectKey"] for one in projects],
            "scenarios": sorted(one["id"] for one in scenarios),
            "good": build(client, project, "canary_out"),
            "bad": build(client, project, "canary_fail"),
            "aborted": abort_a_job(client, project, "canary_slow"),
            "scenario": run_scenario(client, project, "canary_ok"),
            "failing_scenario": run_scenario(client, project, "canary_fail"),
        }
        try:
            client.json("GET", "/projects/SALES/jobs/")
        except Refused as error:
            found["forbidden"] = str(error)
    except Refused as error:
        print(json.dumps({"refused": str(error)}))
        sys.exit(1)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
