/// In which order units are started. Pure.
enum StartOrder {
  /// Sorts units into groups: whatever a unit waits for is in an earlier group than itself. Within a group order does not
  /// matter. Units that wait for each other in a circle come last, one by one.
  /// - Parameter predecessors: what must be up before a unit; names that are not among `names` do not matter.
  static func groups(_ names: [String], predecessors: [String: Set<String>]) -> [[String]] {
    var left = Set(names)
    var groups: [[String]] = []
    while !left.isEmpty {
      var ready = left.filter { predecessors[$0, default: []].subtracting([$0]).isDisjoint(with: left) }.sorted()
      if ready.isEmpty, let first = left.min() { ready = [first] }
      left.subtract(ready)
      groups.append(ready)
    }
    return groups
  }

  /// What units say of their order themselves.
  /// - Parameter texts: the texts of units, by name.
  static func predecessors(in texts: [String: String]) -> [String: Set<String>] {
    var result: [String: Set<String>] = [:]
    for (name, text) in texts {
      for line in text.split(separator: "\n") {
        if line.hasPrefix("After=") {
          for other in line.dropFirst("After=".count).split(separator: " ") {
            result[name, default: []].insert(String(other))
          }
        } else if line.hasPrefix("Before=") {
          for other in line.dropFirst("Before=".count).split(separator: " ") {
            result[String(other), default: []].insert(name)
          }
        }
      }
    }
    return result
  }
}
