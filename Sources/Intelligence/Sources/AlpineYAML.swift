/// The YAML in which Alpine's database was published: its own generator's, so that lines and their depth tell
/// everything. Packages come one by one.
final class AlpineYAML {
    private(set) var release = ""
    private(set) var repository = ""
    private let lines: LineReader
    private var package: AlpinePackage?

    init(_ source: any ByteSource) { lines = LineReader(source) }

    /// The next package; nil at the end.
    func next() throws(IntelligenceError) -> AlpinePackage? {
        while let line = try lines.next() {
            if let complete = take(line) { return complete }
        }
        defer { package = nil }
        return package
    }

    func malformed(_ reason: String) -> IntelligenceError { lines.malformed(reason) }

    /// Takes a line; gives the package before it when it begins another.
    private func take(_ line: String) -> AlpinePackage? {
        let content = line.firstRange(of: " #").map { line[..<$0.lowerBound] } ?? line[...]
        let text = content.drop { $0 == " " }.trimmed
        guard !text.isEmpty, !text.hasPrefix("#") else { return nil }
        if text.hasPrefix("- ") { return takeItem(text.dropFirst(2)) }
        guard let (key, value) = Self.pair(text) else { return nil }
        switch key {
        case "distroversion" where package == nil: release = value
        case "reponame" where package == nil: repository = value
        case "name" where package != nil && package?.name.isEmpty == true: package?.name = value
        case "secfixes": break
        default: if value.isEmpty, package?.name.isEmpty == false { package?.versions.append((key, [])) }
        }
        return nil
    }

    private func takeItem(_ item: Substring) -> AlpinePackage? {
        if Self.pair(item)?.key == "pkg" {
            defer { package = AlpinePackage() }
            return package
        }
        if var versions = package?.versions, let last = versions.indices.last {
            versions[last].ids.append(Self.scalar(item))
            package?.versions = versions
        }
        return nil
    }

    /// `key: value`, or `key:` with an empty value.
    private static func pair(_ text: Substring) -> (key: String, value: String)? {
        if text.hasSuffix(":") { return (scalar(text.dropLast()), "") }
        guard let colon = text.firstRange(of: ": ") else { return nil }
        return (scalar(text[..<colon.lowerBound]), scalar(text[colon.upperBound...]))
    }

    /// Without its quotes.
    private static func scalar(_ text: Substring) -> String {
        let characters = String(text.trimmed)
        for quote in ["'", "\""]
        where characters.count > 1 && characters.hasPrefix(quote) && characters.hasSuffix(quote) {
            return String(characters.dropFirst().dropLast())
        }
        return characters
    }
}

extension Substring {
    /// Without white space at its ends.
    fileprivate var trimmed: Substring {
        var text = drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return text
    }
}
