import Domain
import Versions

/// Whether an entry on a product (a CPE name) is on the installed one: its fields, its version
/// where it has no bounds, and its condition. After NISTIR 7696, with two rules of its own:
/// what the inventory does not tell of editions, languages and hardware excludes nothing, and the
/// target software (the system, or what a plugin is for) must agree.
struct ProductTest {
    let platform: HostPlatform
    /// What the installed software is a part of: `node.js`, `visual_studio_code`; nil for programs.
    let target: String?

    /// Nil when the entry is on this product here; the version has been found to lie in its bounds.
    func objection(to entry: EntryRow, in view: IndexView, installed: String) -> EntryTest.Containment? {
        let rest = view.bytes(entry.note)
        if !Self.isAnything(rest) {
            let fields = String(decoding: rest, as: UTF8.self).splitFields()
            guard fields.count == 8 else { return .incomparable }
            if let objection = objection(to: fields, entry, installed) { return objection }
        }
        guard entry.urgency != 0 else { return nil }
        switch Condition.holds(view.string(entry.urgency), on: platform) {
        case .yes: return nil
        case .no: return .conditionFails
        case .unknown: return .conditionUnknown
        }
    }

    private func objection(to fields: [String], _ entry: EntryRow, _ installed: String) -> EntryTest.Containment? {
        let hasBounds = entry.introduced != 0 || entry.fixed != 0 || entry.lastAffected != 0
        if !hasBounds, fields[0] != "*" || fields[1] != "*" {
            switch ProductVersion(installed).equals(fields[0], update: fields[1]) {
            case .yes: break
            case .no: return .notListed
            case .unknown: return .incomparable
            }
        }
        switch agrees(target: fields[5]) {
        case .yes: return nil
        case .no: return .otherTarget
        case .unknown: return .conditionUnknown
        }
    }

    private func agrees(target word: String) -> Truth {
        if word == "*" || word == "-" { return .yes }
        if let wanted = SystemFamily(target: word) {
            return platform.family.map { Truth($0 == wanted) } ?? .unknown
        }
        return Truth(CPEFields.plain(word) == target)
    }

    private static func isAnything(_ rest: UnsafeRawBufferPointer) -> Bool {
        rest.elementsEqual(ProductName.anything.utf8)
    }
}

extension String {
    /// The fields of a part of a formatted string.
    func splitFields() -> [String] {
        var fields: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        for byte in utf8 {
            if byte == UInt8(ascii: ":"), !isQuoted {
                fields.append(String(decoding: field, as: UTF8.self))
                field.removeAll(keepingCapacity: true)
            } else {
                field.append(byte)
            }
            isQuoted = byte == UInt8(ascii: "\\") && !isQuoted
        }
        return fields + [String(decoding: field, as: UTF8.self)]
    }
}
