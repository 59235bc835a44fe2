/// The paragraphs of a Debian control file (deb822(5)): `Field: value`, continued on indented lines,
/// separated by blank lines.
package struct ControlFile {
    /// One paragraph: the wanted fields' first lines, by lower-case name.
    package typealias Paragraph = [String: String]

    /// Calls `body` for each paragraph with those of `wanted` fields (lower case) that it has, in order.
    /// Continuation lines are passed over: no field read here has any. Invalid UTF-8 is replaced.
    package static func paragraphs(
        _ bytes: UnsafeRawBufferPointer, wanted: Set<String>, _ body: (Paragraph) -> Void
    ) {
        var paragraph: Paragraph = [:]
        var hasLines = false
        func end() {
            if hasLines { body(paragraph) }
            paragraph.removeAll(keepingCapacity: true)
            hasLines = false
        }
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let isBlank = line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
            if isBlank {
                end()
                continue
            }
            hasLines = true
            guard let first = line.first, first != 0x20, first != 0x09,
                let colon = line.firstIndex(of: UInt8(ascii: ":")), colon - line.startIndex <= 32
            else { continue }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            guard wanted.contains(name) else { continue }
            paragraph[name] = trimmed(line[(colon + 1)...])
        }
        end()
    }

    private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        var rest = bytes
        while let first = rest.first, first <= 0x20 { rest.removeFirst() }
        while let last = rest.last, last <= 0x20 { rest.removeLast() }
        return String(decoding: rest, as: UTF8.self)
    }
}
