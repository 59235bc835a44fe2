/// Java runtime versions, after JEP 223 and JEP 322 (`11.0.4+11`, `9-ea`) and, before them, the
/// java.version property of 1.0 to 8 (`1.8.0_131-b11`, which is `8.0.131`). Builds do not count.
struct JVMVersion: OrderedVersion {
    private let numbers: ByteView
    /// The number after `_` or `-update` of the old form.
    private let update: ByteView
    private let prerelease: ByteView

    init(_ bytes: ByteView) throws(Refusal) {
        if bytes.isEmpty { throw .empty }
        let whole = bytes[0, bytes.firstIndex(of: 0x2b) ?? bytes.count]
        var end = 0
        while whole[end].isDigit || (whole[end] == "." && whole[end + 1].isDigit) { end += 1 }
        guard end > 0, whole[0, end].isDottedNumber() else { throw .notNumeric }
        let isLegacy = whole[0] == "1" && whole[1] == "." && whole[2].isDigit
        numbers = whole[isLegacy ? 2 : 0, end]
        var rest = whole.from(end)
        let marker = rest[0] == "_" ? 1 : (rest.has("-update", at: 0) ? 7 : 0)
        let updateEnd = rest.end(from: marker, while: \.isDigit)
        update = marker > 0 ? rest[marker, updateEnd] : rest[0, 0]
        if marker > 0, updateEnd == marker { throw Refusal("has an update without a number") }
        rest = marker > 0 ? rest.from(updateEnd) : rest
        guard rest.isEmpty || rest[0] == "-" else { throw .stray }
        prerelease = Self.withoutBuild(rest.from(1))
    }

    /// The pre-release of `ea-b002` is `ea`; of `b11` there is none.
    private static func withoutBuild(_ text: ByteView) -> ByteView {
        var start = 0
        while start < text.count {
            let end = text.end(from: start) { $0 != "-" }
            let isBuild = text[start] == "b" && end > start + 1 && text[start + 1, end].allSatisfy(\.isDigit)
            if isBuild { return text[0, max(start - 1, 0)] }
            start = end + 1
        }
        return text
    }

    func order(to other: JVMVersion) -> VersionOrder {
        numbersOrder(to: other)
            .then(VersionOrder(prerelease.isEmpty ? 1 : 0, other.prerelease.isEmpty ? 1 : 0))
            .then(prerelease.naturalOrder(to: other.prerelease))
    }

    /// Feature, interim and update numbers, then any further; missing ones are 0. The update of
    /// the old form is the third number, as in JEP 223.
    private func numbersOrder(to other: JVMVersion) -> VersionOrder {
        var mine = DottedFields(numbers)
        var its = DottedFields(other.numbers)
        var position = 0
        while true {
            var (x, y) = (mine.next(), its.next())
            if position == 2, !update.isEmpty { x = update }
            if position == 2, !other.update.isEmpty { y = other.update }
            if x == nil, y == nil, position > 2 { return .equal }
            let order = (x ?? numbers[0, 0]).numericOrder(to: y ?? numbers[0, 0])
            if order != .equal { return order }
            position += 1
        }
    }
}
