#!/usr/bin/env python3
"""What a publisher does with PyPI's craft-store, against a store of our own.

    craft_store_session.py URL EMAIL PASSWORD IMAGE NAME

Ends with 0 when all went as it should. Used by cases/store-publisher.sh.
"""

import json
import pathlib
import sys
import time

from craft_store import UbuntuOneStoreClient, endpoints, errors
from craft_store.models.release_request_model import ReleaseRequestModel
from pymacaroons import Macaroon

url, email, password, image, name = sys.argv[1:]
PERMISSIONS = ["package-manage", "package-view", "account-register-package", "account-view-packages"]


def client():
    return UbuntuOneStoreClient(
        base_url=url,
        storage_base_url=url,
        auth_url=url,
        endpoints=endpoints.U1_SNAP_STORE,
        application_name="snap-store-test",
        user_agent="snap-store-test",
        ephemeral=True,
    )


def refused(status, action):
    try:
        action()
    except errors.StoreServerError as error:
        assert error.response.status_code == status, (status, error.response.status_code, str(error))
        return str(error)
    raise AssertionError(f"not refused with {status}")


def login(store, word=password):
    store.login(permissions=PERMISSIONS, description="test", ttl=3600, email=email, password=word)


# A wrong password, and a macaroon that somebody made up.
refused(401, lambda: login(client(), "wrong"))
store = client()
login(store)
forger = client()
forged = json.loads(store._auth.get_credentials())
root = Macaroon.deserialize(forged["v"]["r"])
root.signature = "00" * 32
forged["v"]["r"] = root.serialize()
forger._auth.set_credentials(json.dumps(forged))
print(refused(401, forger.whoami))

me = store.whoami()
assert me["account"]["email"] == email, me
assert store.register_name(name, entity_type="snap")
assert name in [one.name for one in store.list_registered_names()]
assert "already" in refused(409, lambda: store.register_name(name))

upload = store.upload_file(filepath=pathlib.Path(image))
pushed = store.request(
    "POST",
    url + "/dev/api/snap-push/",
    json={
        "name": name,
        "series": "16",
        "updown_id": upload,
        "binary_filesize": pathlib.Path(image).stat().st_size,
        "source_uploaded": False,
    },
).json()
while True:
    status = store.request("GET", pushed["status_details_url"]).json()
    if status["processed"]:
        break
    time.sleep(0.05)
assert status["code"] == "ready_to_release", status
revision = status["revision"]

store.release(name=name, release_request=[ReleaseRequestModel(channel="latest/edge", revision=revision)])
releases = store.get_list_releases(name=name)
assert [(one.channel, one.revision) for one in releases.channel_map] == [("latest/edge", revision)], releases
assert releases.revisions[0].status == "approved", releases
refused(404, lambda: store.release(name="somebody-elses", release_request=[ReleaseRequestModel(channel="edge", revision=1)]))
print(f"released revision {revision} of {name} to latest/edge")
