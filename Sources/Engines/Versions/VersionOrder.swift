/// How one version stands to another.
public enum VersionOrder: Sendable, Hashable {
    case less, equal, greater

    /// The order seen from the other side.
    public var reversed: VersionOrder {
        switch self {
        case .less: .greater
        case .equal: .equal
        case .greater: .less
        }
    }

    @inline(__always)
    init<T: Comparable>(_ a: T, _ b: T) {
        self = a < b ? .less : (b < a ? .greater : .equal)
    }

    /// This order, or where it is equal the next criterion's.
    @inline(__always)
    func then(_ next: @autoclosure () -> VersionOrder) -> VersionOrder {
        self == .equal ? next() : self
    }
}
