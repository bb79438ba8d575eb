import Testing

@testable import HTTP

@Suite struct RoutingTests {
  private static let router = Router(
    [
      ("GET", "/"), ("GET", "/v2/snaps"), ("POST", "/v2/snaps"), ("GET", "/v2/snaps/{name}"),
      ("GET", "/v2/snaps/special"),
      ("GET", "/v2/snaps/{name}/conf/{key}"), ("HEAD", "/v2/changes"), ("GET", "/v2/changes"),
    ].map { method, pattern in Endpoint(method, pattern) { _ in Response(headers: ["pattern": pattern]) } })

  private func match(_ method: String, _ path: String) -> String {
    guard let target = RequestTarget(path) else { return "400" }
    switch Self.router.match(method: method, segments: target.segments) {
    case .notFound: return "404"
    case .methodNotAllowed(let allowed): return "405 \(allowed.joined(separator: ","))"
    case .endpoint(let endpoint, let captures):
      return
        ([endpoint.method, endpoint.pattern] + captures.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
        .joined(separator: " ")
    }
  }

  @Test(arguments: [
    ("GET", "/", "GET /"), ("GET", "/v2/snaps?x=/y", "GET /v2/snaps"), ("POST", "/v2/snaps", "POST /v2/snaps"),
    ("GET", "/v2/snaps/hello", "GET /v2/snaps/{name} name=hello"),
    ("GET", "/v2/snaps/special", "GET /v2/snaps/special"),
    ("GET", "/v2/snaps/special/conf/a%2Fb", "GET /v2/snaps/{name}/conf/{key} key=a/b name=special"),
    ("GET", "http://localhost/v2/snaps", "GET /v2/snaps"), ("HEAD", "/v2/snaps", "GET /v2/snaps"),
    ("HEAD", "/v2/changes", "HEAD /v2/changes"), ("PUT", "/v2/snaps", "405 GET,POST"),
    ("DELETE", "/v2/snaps/x", "405 GET"),
    ("GET", "/v2/snaps/", "404"), ("GET", "/v2", "404"), ("GET", "//v2/snaps", "404"),
    ("GET", "/v2/snaps/x/conf", "404"),
    ("GET", "/v2/snaps/../snaps", "400"), ("GET", "/v2/snaps/%2e%2e", "400"), ("GET", "/v2/snaps/%", "400"),
    ("GET", "/v2/snaps/%00", "400"), ("GET", "/v2/snaps/%ff", "400"), ("GET", "*", "400"), ("GET", "", "400"),
    ("GET", "http://localhost", "400"),
    ("GET", "/v2/snaps?\u{301}x=1", "GET /v2/snaps"), ("GET", "/v2/snaps/../\u{301}x", "400"),
    ("GET", "/\u{301}x", "404"), ("GET", "/v2/snaps/\u{301}x", "GET /v2/snaps/{name} name=\u{301}x"),
    ("GET", "/" + String(repeating: "a/", count: 10_000), "404"),
  ])
  func `a target finds its endpoint`(method: String, path: String, expected: String) {
    #expect(match(method, path) == expected)
  }

  @Test(arguments: [
    ("a=1&b=2&a=3", ["a=1", "b=2", "a=3"]), ("", []), ("a", ["a="]), ("a=b=c", ["a=b=c"]), ("a=x+y%2B%26", ["a=x y+&"]),
    ("a=%zz&b=1;c=2&&d=%", []), ("%61=1", ["a=1"]), ("a=\u{e9}", ["a=\u{e9}"]),
  ])
  func `a query is decoded, and broken pairs are passed over`(text: String, pairs: [String]) {
    #expect(Query(text).pairs.map { "\($0.name)=\($0.value)" } == pairs)
  }

  @Test func `fields and parameters are found by name`() {
    var headers: Headers = ["Content-Type": "a", "X": "1"]
    headers.add("x", "2")
    #expect(headers["content-type"] == "a" && headers.all("X") == ["1", "2"] && headers["y"] == nil)
    headers["X"] = "3"
    #expect(headers.all("x") == ["3"])
    let query = Query("a=1&a=2")
    #expect(query["a"] == "1" && query.all("a") == ["1", "2"] && query["b"] == nil)
  }
}
