import Domain

/// Turns the builder's drafts into the sorted tables of the file.
///
/// Everything is sorted by content, never by the order of arrival, so equal records give equal
/// bytes: two builds can be compared by comparing files.
struct IndexAssembler {
    private let strings: Interner
    private let advisories: [AdvisoryDraft]
    private var facts: [UInt32: FactsDraft] = [:]
    private let order: StringOrder

    /// `advisories` in any order; the withdrawn and replaced ones are already gone.
    init(strings: Interner, advisories: [AdvisoryDraft]) {
        self.strings = strings
        let order = StringOrder(strings)
        self.order = order
        self.advisories = Self.merged(
            advisories.sorted { left, right in
                (order[left.id], left.source.precedence, order[left.firstPackage])
                    < (order[right.id], right.source.precedence, order[right.firstPackage])
            })
    }

    /// The rows of one source on one id, one for each package, become one advisory.
    private static func merged(_ sorted: [AdvisoryDraft]) -> [AdvisoryDraft] {
        var result: [AdvisoryDraft] = []
        for draft in sorted {
            if let last = result.last, last.id == draft.id, last.source == draft.source {
                result[result.count - 1].merge(draft)
            } else {
                result.append(draft)
            }
        }
        return result
    }

    /// What one source says of one vulnerability; sources with a higher precedence go first.
    mutating func addVulnerability(_ id: UInt32, _ draft: VulnerabilityDraft, precedence: UInt8) {
        facts[id, default: FactsDraft()].add(draft, precedence: precedence)
    }

    consuming func assemble(
        exploitation: [UInt32: ExploitationDraft], predictions: [UInt32: ExploitPredictionDraft],
        exploits: [UInt32: UInt32], updates: UpdateDrafts
    ) -> ScanIndex {
        addFactsOfAdvisories()
        let vulnerabilities = usedVulnerabilities()
        var places: [UInt32: UInt32] = [:]
        for (place, id) in vulnerabilities.enumerated() { places[id] = UInt32(place) }
        let entries = sortedEntries(vulnerabilities: places)
        var tables = IndexTables(strings: strings)
        for id in vulnerabilities {
            tables.add(vulnerability: id, facts[id] ?? FactsDraft(), exploitation[id], predictions[id], exploits[id])
        }
        for advisory in advisories { tables.add(advisory) }
        tables.add(entries)
        tables.add(updates)
        return tables.index(newest: newest)
    }

    private var newest: Int64 {
        advisories.reduce(IndexLayout.noDate) { max($0, $1.published, $1.modified) }
    }

    /// An advisory on a single vulnerability tells something of the vulnerability itself.
    private mutating func addFactsOfAdvisories() {
        for advisory in advisories where advisory.vulnerabilities.count == 1 {
            facts[advisory.vulnerabilities[0], default: FactsDraft()].add(advisory)
        }
    }

    private func usedVulnerabilities() -> [UInt32] {
        var used = Set<UInt32>()
        for advisory in advisories where !advisory.packages.isEmpty { used.formUnion(advisory.vulnerabilities) }
        return used.filter { facts[$0]?.isRejected != true && $0 != 0 }.sorted { order[$0] < order[$1] }
    }

    private func sortedEntries(vulnerabilities: [UInt32: UInt32]) -> [EntryDraft] {
        var entries: [EntryDraft] = []
        for (place, advisory) in advisories.enumerated() {
            for id in advisory.vulnerabilities {
                guard let vulnerability = vulnerabilities[id] else { continue }
                for package in advisory.packages where package.name != 0 {
                    append(package, advisory.source, UInt32(place), vulnerability, to: &entries)
                }
            }
        }
        entries.sort { $0.precedes($1, order) }
        return entries
    }

    private func append(
        _ package: PackageDraft, _ source: IntelligenceSource, _ advisory: UInt32, _ vulnerability: UInt32,
        to entries: inout [EntryDraft]
    ) {
        for bounds in package.bounds {
            let row = EntryRow(
                vulnerability: vulnerability, advisory: advisory, introduced: bounds.introduced, fixed: bounds.fixed,
                lastAffected: bounds.lastAffected, note: package.note, urgency: package.urgency,
                state: package.state.code, source: source.code, flags: bounds.flags)
            entries.append(
                EntryDraft(
                    ecosystem: package.ecosystem, name: package.name, scheme: package.scheme,
                    precedence: Self.precedence(source, bounds), row: row))
        }
    }
}

extension IndexAssembler {
    /// Of products NVD's analysis decides, and the CVE list fills its gaps.
    private static func precedence(_ source: IntelligenceSource, _ bounds: BoundsDraft) -> UInt8 {
        source == .cve && bounds.flags.contains(.product) ? IntelligenceSource.nvd.precedence + 1 : source.precedence
    }
}

/// The rank of each interned string in byte order: sorting then compares numbers.
struct StringOrder {
    private var ranks: [UInt32]

    init(_ strings: Interner) {
        var ids = Array(0..<UInt32(strings.count))
        strings.withAllBytes { bytes in ids.sort { precedes(bytes($0), bytes($1)) } }
        ranks = [UInt32](repeating: 0, count: ids.count)
        for (rank, id) in ids.enumerated() { ranks[Int(id)] = UInt32(rank) }
    }

    subscript(id: UInt32) -> UInt32 { ranks[Int(id)] }
}

/// An entry with the package it belongs to; its references are still the interner's numbers.
struct EntryDraft {
    var ecosystem: UInt32
    var name: UInt32
    var scheme: VersionScheme
    var precedence: UInt8
    var row: EntryRow

    func precedes(_ other: EntryDraft, _ order: StringOrder) -> Bool {
        let package = (order[ecosystem], order[name])
        let otherPackage = (order[other.ecosystem], order[other.name])
        if package != otherPackage { return package < otherPackage }
        let record = (row.vulnerability, precedence, row.advisory)
        let otherRecord = (other.row.vulnerability, other.precedence, other.row.advisory)
        if record != otherRecord { return record < otherRecord }
        let bounds = (order[row.introduced], order[row.fixed], order[row.lastAffected], order[row.note])
        let theirs = (
            order[other.row.introduced], order[other.row.fixed], order[other.row.lastAffected], order[other.row.note]
        )
        if bounds != theirs { return bounds < theirs }
        return (order[row.urgency], row.state, row.flags.rawValue)
            < (order[other.row.urgency], other.row.state, other.row.flags.rawValue)
    }

    func isSame(as other: EntryDraft) -> Bool {
        isSamePackage(as: other) && row.vulnerability == other.row.vulnerability
            && row.advisory == other.row.advisory && row.introduced == other.row.introduced
            && row.fixed == other.row.fixed && row.lastAffected == other.row.lastAffected
            && row.note == other.row.note && row.urgency == other.row.urgency && row.state == other.row.state
            && row.flags == other.row.flags
    }

    func isSamePackage(as other: EntryDraft) -> Bool { ecosystem == other.ecosystem && name == other.name }
}
