/// Lines of cells, aligned as Go's `text/tabwriter` does: a column is as wide as its widest cell plus padding, over
/// consecutive lines that have it; the last cell of a line belongs to no column.
public struct TableWriter {
  public var minimumWidth = 5
  public var padding = 2
  private var lines: [[String]] = []

  public init(minimumWidth: Int = 5, padding: Int = 2) {
    self.minimumWidth = minimumWidth
    self.padding = padding
  }

  public mutating func line(_ cells: String...) { lines.append(cells) }

  public mutating func line(_ cells: [String]) { lines.append(cells) }

  /// The aligned text, and an empty table again.
  public mutating func flush() -> String {
    defer { lines = [] }
    var widths = lines.map { [Int](repeating: 0, count: max(0, $0.count - 1)) }
    var column = 0
    while lines.contains(where: { $0.count - 1 > column }) {
      var start = 0
      while start < lines.count {
        guard lines[start].count - 1 > column else {
          start += 1
          continue
        }
        var end = start
        var width = minimumWidth
        while end < lines.count, lines[end].count - 1 > column {
          width = max(width, TableWriter.width(of: lines[end][column]) + padding)
          end += 1
        }
        for line in start..<end { widths[line][column] = width }
        start = end
      }
      column += 1
    }
    var text = ""
    for (cells, widths) in zip(lines, widths) {
      for (index, cell) in cells.enumerated() {
        text += cell
        if index < widths.count {
          text += String(repeating: " ", count: max(0, widths[index] - TableWriter.width(of: cell)))
        }
      }
      text += "\n"
    }
    return text
  }

  /// Columns a text takes on a terminal, one per scalar as the reference counts; escape sequences take none.
  public static func width(of text: String) -> Int {
    if !text.utf8.contains(27) { return text.unicodeScalars.count }
    var count = 0
    var inEscape = false
    for scalar in text.unicodeScalars {
      if inEscape {
        if ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) { inEscape = false }
      } else if scalar.value == 27 {
        inEscape = true
      } else {
        count += 1
      }
    }
    return count
  }
}
