#!/usr/bin/env python3
"""Prints vectors for the tests of Macaroons, made with PyPI's pymacaroons.

    python3 -m venv V && V/bin/pip install pymacaroons && V/bin/python Tests/MacaroonsTests/vectors.py
"""

from pymacaroons import Macaroon
from pymacaroons.serializers.json_serializer import JsonSerializer


def show(name, macaroon):
    print(name)
    print("  binary", macaroon.serialize())
    print("  json  ", macaroon.serialize(JsonSerializer()))


plain = Macaroon(location="http://mybank/", identifier="we used our secret key", key="this is our super secret key")
show("plain", plain)
plain.add_first_party_caveat("test = caveat")
show("one condition", plain)

root = Macaroon(location="store.example", identifier="key-1", key=bytes(range(32)))
root.add_first_party_caveat('store.example|acl|["package_access", "ünïcode"]')
root.add_third_party_caveat("login.example:8443", "the key of the caveat", "what the third party knows", nonce=bytes(range(24)))
root.add_first_party_caveat("store.example|expires|2030-01-01T00:00:00Z")
show("third party", root)
discharge = Macaroon(location="login.example:8443", identifier="what the third party knows", key="the key of the caveat")
discharge.add_first_party_caveat("login.example|account|somebody")
show("discharge", discharge)
show("bound", root.prepare_for_request(discharge))
