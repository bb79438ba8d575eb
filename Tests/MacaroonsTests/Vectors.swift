/// What `vectors.py` prints: macaroons made with PyPI's `pymacaroons` 0.13.
enum Vectors {
  static let plain = (
    binary:
      "MDAxY2xvY2F0aW9uIGh0dHA6Ly9teWJhbmsvCjAwMjZpZGVudGlmaWVyIHdlIHVzZWQgb3VyIHNlY3JldCBrZXkKMDAyZnNpZ25h"
      + "dHVyZSB5Et1D3OI9LwK0mZ7u7aDtKIf8PSIUuLOmj1IFFQi98Qo",
    json:
      #"{"identifier": "we used our secret key", "signature": "7912dd43dce23d2f02b4999eeeeda0ed2887fc3d"#
      + #"2214b8b3a68f52051508bdf1", "location": "http://mybank/"}"#
  )
  static let oneCondition = (
    binary:
      "MDAxY2xvY2F0aW9uIGh0dHA6Ly9teWJhbmsvCjAwMjZpZGVudGlmaWVyIHdlIHVzZWQgb3VyIHNlY3JldCBrZXkKMDAxNmNpZCB0"
      + "ZXN0ID0gY2F2ZWF0CjAwMmZzaWduYXR1cmUgL9fV48K_Wfk9WtPZ9gxVIH2RKEL74qXstkjWSU5H3sEK",
    json:
      #"{"identifier": "we used our secret key", "signature": "2fd7d5e3c2bf59f93d5ad3d9f60c55207d912842"#
      + #"fbe2a5ecb648d6494e47dec1", "location": "http://mybank/", "caveats": [{"cid": "test = caveat"}]}"#
  )
  static let thirdParty = (
    binary:
      "MDAxYmxvY2F0aW9uIHN0b3JlLmV4YW1wbGUKMDAxNWlkZW50aWZpZXIga2V5LTEKMDAzYWNpZCBzdG9yZS5leGFtcGxlfGFjbHxb"
      + "InBhY2thZ2VfYWNjZXNzIiwgIsO8bsOvY29kZSJdCjAwMjNjaWQgd2hhdCB0aGUgdGhpcmQgcGFydHkga25vd3MKMDA1MXZpZCAA"
      + "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhc5SOnXqjJVOvmGJ3UFUFv0YUaHivhRM2hiNzM35SWup3Yfz2lkC9buAlLNRSBc22YKMDAx"
      + "YWNsIGxvZ2luLmV4YW1wbGU6ODQ0MwowMDMzY2lkIHN0b3JlLmV4YW1wbGV8ZXhwaXJlc3wyMDMwLTAxLTAxVDAwOjAwOjAwWgow"
      + "MDJmc2lnbmF0dXJlIFMb3nnBIc4v83X7JwMIIRfsow9KhFY4rNEqGDKXslJoCg",
    json:
      #"{"identifier": "key-1", "signature": "531bde79c121ce2ff375fb2703082117eca30f4a845638acd12a18329"#
      + #"7b25268", "location": "store.example", "caveats": [{"cid": "store.example|acl|[\"package_access"#
      + #"\", \"\u00fcn\u00efcode\"]"}, {"cid": "what the third party knows", "vid": "AAECAwQFBgcICQoLDA0"#
      + #"ODxAREhMUFRYXOUjp16oyVTr5hid1BVBb9GFGh4r4UTNoYjczN-Ulrqd2H89pZAvW7gJSzUUgXNtm", "cl": "login.ex"#
      + #"ample:8443"}, {"cid": "store.example|expires|2030-01-01T00:00:00Z"}]}"#
  )
  static let discharge = (
    binary:
      "MDAyMGxvY2F0aW9uIGxvZ2luLmV4YW1wbGU6ODQ0MwowMDJhaWRlbnRpZmllciB3aGF0IHRoZSB0aGlyZCBwYXJ0eSBrbm93cwow"
      + "MDI3Y2lkIGxvZ2luLmV4YW1wbGV8YWNjb3VudHxzb21lYm9keQowMDJmc2lnbmF0dXJlIBEk1W-0bjnGoY2SmwJnx5ncyq3KXT85"
      + "YHCM4RUmmKQbCg",
    json:
      #"{"identifier": "what the third party knows", "signature": "1124d56fb46e39c6a18d929b0267c799dcca"#
      + #"adca5d3f3960708ce1152698a41b", "location": "login.example:8443", "caveats": [{"cid": "login.exa"#
      + #"mple|account|somebody"}]}"#
  )
  static let bound = (
    binary:
      "MDAyMGxvY2F0aW9uIGxvZ2luLmV4YW1wbGU6ODQ0MwowMDJhaWRlbnRpZmllciB3aGF0IHRoZSB0aGlyZCBwYXJ0eSBrbm93cwow"
      + "MDI3Y2lkIGxvZ2luLmV4YW1wbGV8YWNjb3VudHxzb21lYm9keQowMDJmc2lnbmF0dXJlIPLFzE_SzCbj9lASE_SN2u3LdGFFqFER"
      + "DtXzU7eOJTs-Cg",
    json:
      #"{"identifier": "what the third party knows", "signature": "f2c5cc4fd2cc26e3f6501213f48ddaedcb74"#
      + #"6145a851110ed5f353b78e253b3e", "location": "login.example:8443", "caveats": [{"cid": "login.exa"#
      + #"mple|account|somebody"}]}"#
  )
}
