internal import ByteText
public import Snap
internal import State

/// Snaps that others want content of (`default-provider` of a content plug): they come first where they come together.
/// Source: `spec/engine.md` §8.
extension SnapInfo {
  /// The content that its plugs look for, with the snaps that they name. An old form names a slot too, behind a colon.
  var wantedContent: [WantedContent] {
    plugs.filter { $0.interface == "content" }.compactMap { plug in
      func attribute(_ key: String) -> String? {
        guard case .string(let text)? = plug.attributes.first(where: { $0.key == key })?.value else { return nil }
        return text
      }
      guard let name = attribute("default-provider")?.byteSplit(":").first,
        let provider = try? InstanceName(String(name)), provider != instance
      else { return nil }
      let label = attribute("compatibility").map { WantedContent.Label.compatibility($0) }
      return WantedContent(
        provider: provider, label: label ?? .content(attribute("content") ?? plug.name.description))
    }
  }

  /// The snaps that its content plugs name, each once.
  var defaultProviders: [InstanceName] { wantedContent.providers }
}

/// What a content plug looks for in the slots of other snaps, and the snap that it names for it.
public struct WantedContent: Codable, Hashable, Sendable {
  /// How plug and slot find each other. Source: `spec/confinement.md`, "content".
  public enum Label: Codable, Hashable, Sendable, CustomStringConvertible {
    case content(String)
    case compatibility(String)

    public var description: String {
      switch self {
      case .content(let text), .compatibility(let text): text
      }
    }
  }

  public var provider: InstanceName
  public var label: Label
}

extension [WantedContent] {
  /// Each once, in order.
  var providers: [InstanceName] {
    var seen: Set<InstanceName> = []
    return map(\.provider).filter { seen.insert($0).inserted }
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
