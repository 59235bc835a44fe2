import Domain
import Versions

/// The vendors of each product name that vulnerability data uses, and what the product is a part of.
public struct ProductDictionary: Sendable {
    /// A vendor that has a product of the name.
    struct Entry: Sendable {
        /// Both as they are bound in CPE names.
        let vendor: String
        let product: String
        /// The target software of its names; empty when they name none.
        let targets: [String]
        let organisation: Organisation

        var key: String { "a:\(vendor):\(product)" }
    }

    private var entries: [String: [Entry]] = [:]

    public init() {}

    public var count: Int { entries.count }

    /// Lines `vendor:product` or `vendor:product:target,target`, as bound in CPE names; `*` among the
    /// targets says that some names have none. Other lines are passed over.
    public mutating func add(lines text: String) {
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let fields = String(Substring(line)).splitFields()
            guard fields.count == 2 || fields.count == 3, !fields[0].isEmpty, !fields[1].isEmpty else { continue }
            add(
                fields[0], fields[1], targets: fields.count == 3 ? fields[2].split(separator: ",").map(String.init) : []
            )
        }
    }

    /// Adds the products of an index's advisories.
    public mutating func add(productsOf index: ScanIndex) { index.addProducts(to: &self) }

    /// - Parameter targets: empty or with `*` for a product that is a program of its own.
    mutating func add(_ vendor: String, _ product: String, targets: [String]) {
        let name = CPEFields.plain(product)
        let known = entries[name]?.contains { $0.vendor == vendor } ?? false
        guard !known else { return }
        entries[name, default: []].append(
            Entry(
                vendor: vendor, product: product, targets: targets.contains("*") ? [] : targets,
                organisation: Organisation(CPEFields.plain(vendor).replacing("_", with: " "))))
    }

    /// - Parameter name: without escapes, lower case.
    subscript(name: String) -> [Entry] { entries[name] ?? [] }
}

extension ScanIndex {
    /// The target software of an entry's fields; empty for a name that was made of words.
    private static func target(of note: String) -> String {
        let fields = note.splitFields()
        if fields.last == ProductRange.wordsAlone { return "" }
        return fields.count > 5 ? fields[5] : "*"
    }

    /// The products of its advisories.
    func addProducts(to dictionary: inout ProductDictionary) {
        var targets: [StringRef: String] = [:]
        var conditions = Set<StringRef>()
        for place in 0..<UInt32(view.count(of: .packages)) {
            guard let row = view.row(place, as: PackageRow.self),
                let owner = view.row(row.ecosystem, as: EcosystemRow.self),
                view.bytes(owner.name).elementsEqual(ProductName.ecosystem.utf8)
            else { continue }
            let fields = view.string(row.name).splitFields()
            guard fields.count == 3, fields[0] == "a" else { continue }
            var words = Set<String>()
            for entry in view.entries(of: row) {
                guard let entry = view.entry(entry) else { continue }
                let note = entry.note
                if entry.urgency != 0 { conditions.insert(entry.urgency) }
                let word = targets[note] ?? Self.target(of: view.string(note))
                targets[note] = word
                if !word.isEmpty { words.insert(word == "-" ? "*" : word) }
            }
            // Names made of words alone identify nothing.
            if !words.isEmpty { dictionary.add(fields[1], fields[2], targets: words.sorted()) }
        }
        for condition in conditions {
            for key in Condition.software(in: view.string(condition)) {
                dictionary.add(key.vendor, key.product, targets: [])
            }
        }
    }
}
