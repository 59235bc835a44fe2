/// Comparison that takes as long for equal as for different bytes, so that its duration tells
/// nothing about a secret.
enum ConstantTime {
    /// The lengths are not secret; the bytes are.
    static func areEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (one, other) in zip(left, right) { difference |= one ^ other }
        return difference == 0
    }
}
