import Domain
import Versions

/// Whether one installed version lies in what an entry says is affected.
struct EntryTest {
    enum Containment {
        case inside
        /// Below the first affected version.
        case beforeIntroduced
        /// At or above the fix, or above the last affected version.
        case afterEnd
        /// Not among the versions listed.
        case notListed
        /// A bound is not a version.
        case incomparable
        /// The record is on the product for another system, or as a part of another program.
        case otherTarget
        /// What the product must run on, or with, is not there.
        case conditionFails
        /// The inventory does not say whether it is.
        case conditionUnknown
    }

    let view: IndexView
    let scheme: VersionScheme
    let version: UnsafeRawBufferPointer
    /// Asked for entries on products.
    var product: ProductTest?

    @inline(__always)
    func containment(_ entry: EntryRow) -> Containment {
        let range = rangeContainment(entry)
        guard entry.flags.contains(.product), range == .inside, let product else { return range }
        let installed = String(decoding: version, as: UTF8.self)
        return product.objection(to: entry, in: view, installed: installed) ?? .inside
    }

    /// Introduced inclusive, fixed exclusive, last affected inclusive.
    @inline(__always)
    private func rangeContainment(_ entry: EntryRow) -> Containment {
        if entry.flags.contains(.versionList) { return listContainment(view.bytes(entry.introduced)) }
        if entry.fixed != 0 {
            let fixed = view.bytes(entry.fixed)
            // "Fixed in 0" is how a source says that it never was affected, even before `0~rc1`.
            if Self.isZero(fixed) { return .afterEnd }
            guard let order = Versions.compare(version, fixed, scheme: scheme) else { return .incomparable }
            if order != .less { return .afterEnd }
        }
        if entry.introduced != 0 {
            let introduced = view.bytes(entry.introduced)
            if !Self.isZero(introduced) {
                guard let order = Versions.compare(version, introduced, scheme: scheme) else { return .incomparable }
                if order == .less || order == .equal && entry.flags.contains(.afterIntroduced) {
                    return .beforeIntroduced
                }
            }
        }
        if entry.lastAffected != 0 {
            let last = view.bytes(entry.lastAffected)
            guard let order = Versions.compare(version, last, scheme: scheme) else { return .incomparable }
            if order == .greater { return .afterEnd }
        }
        return .inside
    }

    static func isZero(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.count == 1 && bytes[0] == UInt8(ascii: "0") }

    private func listContainment(_ list: UnsafeRawBufferPointer) -> Containment {
        let key = Self.comparisonKey(version)
        var start = 0
        while start < list.count {
            var end = start
            while end < list.count, list[end] != UInt8(ascii: "\n") { end += 1 }
            let listed = UnsafeRawBufferPointer(rebasing: list[start..<end])
            if Self.comparisonKey(listed) == key, isEqual(listed) { return .inside }
            start = end + 1
        }
        return .notListed
    }

    private func isEqual(_ listed: UnsafeRawBufferPointer) -> Bool {
        listed.elementsEqual(version) || Versions.compare(version, listed, scheme: scheme) == .equal
    }

    /// A hash of the numbers before the first `+`, without zeros. Versions that are equal in any
    /// scheme (`1.0`, `v1.00`, `1.0.0+build`) have equal keys, so a list of hundreds is passed
    /// through without parsing each.
    static func comparisonKey(_ version: UnsafeRawBufferPointer) -> UInt64 {
        var hash = StableHash()
        var hasDigits = false
        for byte in version {
            switch byte {
            case UInt8(ascii: "0") where !hasDigits: continue
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                hash.combine(byte)
                hasDigits = true
            case UInt8(ascii: "+"): return hash.value
            default:
                if hasDigits { hash.combine(0) }
                hasDigits = false
            }
        }
        if hasDigits { hash.combine(0) }
        return hash.value
    }
}
