/// The answer to a question about a host whose inventory may not say.
enum Truth: Sendable, Hashable {
    case yes, no, unknown

    init(_ isTrue: Bool) { self = isTrue ? .yes : .no }

    static func all(_ parts: some Sequence<Truth>) -> Truth {
        var result = Truth.yes
        for part in parts {
            if part == .no { return .no }
            if part == .unknown { result = .unknown }
        }
        return result
    }

    static func any(_ parts: some Sequence<Truth>) -> Truth {
        var result = Truth.no
        for part in parts {
            if part == .yes { return .yes }
            if part == .unknown { result = .unknown }
        }
        return result
    }

    static prefix func ! (truth: Truth) -> Truth {
        switch truth {
        case .yes: .no
        case .no: .yes
        case .unknown: .unknown
        }
    }
}
