/// Where a value stands in a record: `meta.next`, `items[0].id`, `interfaces[].mac`, `['odd.key'].value`.
package struct FieldPath: Sendable, Hashable {
    package enum Step: Sendable, Hashable {
        case key(String)
        case index(Int)
        case every
    }

    package let steps: [Step]

    private static let longest = 256
    private static let mostSteps = 16
    /// Values that one path may lead to; what is behind them is left out.
    package static let mostValues = 1_000

    /// Nil for what is no path.
    package init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= Self.longest else { return nil }
        var steps: [Step] = []
        var rest = text[...]
        while !rest.isEmpty {
            guard let step = Self.step(&rest, isFirst: steps.isEmpty), steps.count < Self.mostSteps else { return nil }
            steps.append(step)
        }
        self.steps = steps
    }

    /// It leads to one value at most.
    package var isSingle: Bool { !steps.contains(.every) }

    private static func step(_ rest: inout Substring, isFirst: Bool) -> Step? {
        if rest.first == "[" { return bracket(&rest) }
        if !isFirst {
            guard rest.first == "." else { return nil }
            rest.removeFirst()
        }
        let key = rest.prefix { !".[]'\"".contains($0) && !$0.isWhitespace }
        guard !key.isEmpty else { return nil }
        rest = rest[key.endIndex...]
        return .key(String(key))
    }

    private static func bracket(_ rest: inout Substring) -> Step? {
        let inside: Substring
        if rest.hasPrefix("['") {
            guard let end = rest.firstRange(of: "']"), end.lowerBound > rest.index(rest.startIndex, offsetBy: 2) else {
                return nil
            }
            inside = rest[rest.index(rest.startIndex, offsetBy: 2)..<end.lowerBound]
            rest = rest[end.upperBound...]
            return .key(String(inside))
        }
        guard let end = rest.firstIndex(of: "]") else { return nil }
        inside = rest[rest.index(after: rest.startIndex)..<end]
        rest = rest[rest.index(after: end)...]
        if inside.isEmpty { return .every }
        guard inside.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let index = Int(inside), index < 1_000_000 else {
            return nil
        }
        return .index(index)
    }

    /// The values that it leads to, in order. What is not there leads nowhere.
    package func values(in tree: JSONTree) -> [JSONTree] {
        var values = [tree]
        for step in steps {
            var next: [JSONTree] = []
            for value in values where next.count < Self.mostValues {
                switch (step, value) {
                case (.key(let key), .object(let members)):
                    // Of several with one key the last counts.
                    if let member = members.last(where: { $0.0 == key }) { next.append(member.1) }
                case (.index(let index), .list(let items)):
                    if index < items.count { next.append(items[index]) }
                case (.every, .list(let items)):
                    next += items.prefix(Self.mostValues - next.count)
                default: break
                }
            }
            values = next
        }
        return values
    }
}
