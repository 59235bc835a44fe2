import Domain
import FoundationEssentials
import Inventories

extension VendorRecord {
    /// A time in a file of exports: in UTC, with a blank and without a zone, `2021-01-05 17:04:30.8476880`.
    func exportDate(_ key: StaticString) throws(FieldRefusal) -> Date? {
        guard let text = try text(key) else { return nil }
        let isBare = !text.hasSuffix("Z") && !text.contains("+")
        guard let date = RFC3339.date(isBare ? "\(text)Z" : text) else {
            throw FieldRefusal(field: "\(key)", reason: "must be a time such as 2026-03-01 12:00:00")
        }
        return date
    }

    /// A device's id in Entra; all zeros are none.
    func directoryID(_ key: StaticString) throws(FieldRefusal) -> String? {
        guard let id = try text(key)?.lowercased(), id.contains(where: { $0 != "0" && $0 != "-" }) else { return nil }
        return id
    }
}

/// Names and addresses as Microsoft writes them.
enum MicrosoftFields {
    /// `pc.corp.example.org`, told apart; an address or a single word is all name.
    static func name(_ name: String) -> (host: String, domain: String?) {
        let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, IPAddress.canonical(name) == nil,
            !name.contains(" ")
        else { return (name, nil) }
        return (String(parts[0]), String(parts[1]))
    }

    /// Twelve digits without anything between them, or with; zeros are none.
    static func mac(_ text: String?) -> String? {
        guard let text, text.contains(where: { $0 != "0" && $0 != ":" && $0 != "-" }) else { return nil }
        guard text.utf8.count == 12 else { return MACAddress.canonical(text) }
        let digits = Array(text)
        let pairs = stride(from: 0, to: digits.count, by: 2).map { String(digits[$0..<min($0 + 2, digits.count)]) }
        return MACAddress.canonical(pairs.joined(separator: ":"))
    }

    /// Each once, in order.
    static func distinct(_ values: [String?]) -> [String] {
        var distinct: [String] = []
        for case let value? in values where !distinct.contains(value) { distinct.append(value) }
        return distinct
    }
}
