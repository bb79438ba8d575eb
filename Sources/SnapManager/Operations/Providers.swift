internal import ByteText
internal import Snap
internal import State

/// Snaps that others want content of (`default-provider` of a content plug): they come first where they come together.
/// Source: `spec/engine.md` §8.
extension SnapInfo {
  /// The snaps that its content plugs name, each once. An old form names a slot too, behind a colon.
  var defaultProviders: [InstanceName] {
    var seen: Set<InstanceName> = []
    return plugs.filter { $0.interface == "content" }.compactMap { plug in
      guard case .string(let text)? = plug.attributes.first(where: { $0.key == "default-provider" })?.value,
        let name = text.byteSplit(":").first, let provider = try? InstanceName(String(name))
      else { return nil }
      return provider != instance && seen.insert(provider).inserted ? provider : nil
    }
  }
}

/// Puts what is needed before what needs it, and leaves the order as it is otherwise. In a circle, who comes first in
/// the request comes first.
///
/// - Parameter needs: the positions of what an element needs.
func inOrderOfNeed<Element>(_ elements: [Element], needs: (Element) -> [Int]) -> [Element] {
  var order: [Int] = []
  var visited = [Bool](repeating: false, count: elements.count)
  // Without recursion: a request may be long.
  for start in elements.indices {
    var stack: [(index: Int, rest: [Int])] = visited[start] ? [] : [(start, needs(elements[start]))]
    visited[start] = true
    while var top = stack.popLast() {
      if let next = top.rest.first {
        top.rest.removeFirst()
        stack.append(top)
        if !visited[next] {
          visited[next] = true
          stack.append((next, needs(elements[next])))
        }
      } else {
        order.append(top.index)
      }
    }
  }
  return order.map { elements[$0] }
}

extension State {
  /// The providers that a snap waits for: those that are not installed yet and come earlier, in the same request or in
  /// another change. As it is always the later one that waits, no two wait for each other.
  ///
  /// - Parameter earlier: the snaps that come before it in the request.
  func providersToAwait(_ info: SnapInfo, after earlier: [InstanceName]) -> [InstanceName] {
    info.defaultProviders.filter { self[snap: $0] == nil && (earlier.contains($0) || isOnItsWay($0)) }
  }
}
