"""Talks to a DSS node in the order and with the quirks of the official Python client: its session, its paths, its waits.

Usage: dss_client.py URL API_KEY [ADMIN_KEY [flow]]. Prints one JSON object with what was found; exits 1 when a call is refused. With
the key of an administrator it reads what only they may; with "flow" it makes a project with a Flow, builds it, and deletes it.
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


def administration(client):
    """What an administrator's client reads, with the fields that it needs of each answer."""
    futures = client.json("GET", "/futures/", params={"withScenarios": False, "withNotScenarios": True, "allUsers": True})
    usage = client.json("GET", "/admin/monitoring/global-usage-summary", params={"withPerProject": False})
    connections = client.json("GET", "/connections/get-names", params={"type": "all"})
    webapps = client.json("GET", "/projects/SALES/webapps/")
    states = [client.json("GET", f"/projects/SALES/webapps/{one['id']}/backend/state") for one in webapps]
    return {
        "node": client.json("GET", "/instance-info")["nodeId"],
        "who": client.json("GET", "/auth/info", params={"withSecrets": False})["authIdentifier"],
        "tasks": [one["jobId"] for one in futures],
        "kernels": sum(
            len(one["activeSessions"]) for one in client.json("GET", "/admin/notebooks/") if one["projectKey"] and one["name"]
        ),
        "tabs": sum(one["activeWebSocketSesssions"] for one in client.json("GET", "/admin/users/", params={"includeSettings": False})),
        "active": sum(
            one["lastSessionActivity"] > 0 for one in client.json("GET", "/admin/users-activity", params={"enabledUsersOnly": False})
        ),
        "licence": client.json("GET", "/admin/licensing/status")["base"]["valid"],
        "counts": [usage["projects"], usage["scenarios"]["activeWithTriggers"] >= 0, usage["notebooks"]["nbSqlNotebooks"]],
        "keys": {one["id"]: one["expiresOn"] > 0 for one in client.json("GET", "/admin/global-api-keys/")},
        "connections": {name: client.json("GET", f"/connections/{name}/test")["connectionOK"] for name in connections},
        "webapps": [one["futureInfo"]["alive"] for one in states],
    }


def make_flow(client, project):
    """Everything that makes a Flow, in the order and with the bodies of the client's helpers; then what the Flow did; then its end."""
    root = f"/projects/{project}"
    body = {"projectKey": project, "name": project, "owner": "admin", "settings": None, "description": "by a client",
            "permissions": [], "tags": ["made"]}
    client.call("POST", "/projects/", params={}, body=body)
    client.json("POST", f"{root}/datasets/", body={"name": "typed", "projectKey": project, "type": "Inline", "params": {},
                                                   "formatType": None, "formatParams": {}})
    managed = {"name": "out", "creationSettings": {"specificSettings": {}, "connectionId": "filesystem_managed"}}
    client.json("POST", f"{root}/datasets/managed", body=managed)
    recipe = {"inputs": {}, "outputs": {"main": {"items": [{"ref": "out", "appendMode": False}]}}, "type": "python",
              "name": "compute_out", "projectKey": project}
    name = client.json("POST", f"{root}/recipes/", body={"recipePrototype": recipe, "creationSettings": {"script": "1"}})["name"]
    payload = client.json("GET", f"{root}/recipes/{name}")["payload"]
    built = build(client, project, "out")["state"]
    metrics = client.json("GET", f"{root}/datasets/out/metrics/last/NP")["metrics"]
    info = client.json("GET", f"{root}/datasets/out/info")["lastBuild"]
    columns = client.json("GET", f"{root}/datasets/out/schema")["columns"]
    text = client.call("GET", f"{root}/datasets/out/data/", params={"format": "tsv-excel-noheader", "readSessionId": "s"}).text
    client.call("GET", f"{root}/datasets/out/finish-streaming/", params={"readSessionId": "s"})
    scenario = client.json("POST", f"{root}/scenarios/", body={"params": {}, "type": "step_based", "name": "canary"})["id"]
    settings = client.json("GET", f"{root}/scenarios/{scenario}")
    settings["params"]["steps"].append({"id": "b", "type": "build_flowitem", "name": "b",
                                        "params": {"builds": [{"type": "DATASET", "itemId": "out", "partitionsSpec": ""}]}})
    client.json("PUT", f"{root}/scenarios/{scenario}", body=settings)
    ran = run_scenario(client, project, scenario)["outcome"]
    metadata = client.json("GET", f"{root}/metadata")
    metadata["tags"].append("more")
    client.call("PUT", f"{root}/metadata", body=metadata)
    permissions = client.json("GET", f"{root}/permissions")
    permissions["permissions"].append({"group": "readers", "readProjectContent": True})
    client.call("PUT", f"{root}/permissions", body=permissions)
    found = {
        "payload": payload,
        "built": built,
        "metrics": [metric["metric"]["id"] for metric in metrics],
        "took": info["buildEndTime"] - info["buildStartTime"],
        "rows": [len(line.split("\t")) == len(columns) for line in text.splitlines()],
        "ran": ran,
        "tags": client.json("GET", f"{root}/metadata")["tags"],
        "groups": [one["group"] for one in client.json("GET", f"{root}/permissions")["permissions"]],
    }
    try:
        client.call("POST", "/projects/", body=body)
    except Refused as error:
        found["twice"] = str(error)
    client.json("DELETE", f"{root}/scenarios/{scenario}")
    client.call("DELETE", f"{root}/recipes/{name}")
    client.call("DELETE", f"{root}/datasets/typed", params={"dropData": True})
    client.json("DELETE", root, params={"clearManagedDatasets": True, "wait": True})
    found["gone"] = project not in [one["projectKey"] for one in client.json("GET", "/projects/")]
    return found


def main():
    if len(sys.argv) > 3:
        admin = Client(sys.argv[1], sys.argv[3])
        print(json.dumps(make_flow(admin, "FLOW") if sys.argv[4:] == ["flow"] else administration(admin)))
        return
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
