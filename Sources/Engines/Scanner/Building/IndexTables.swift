import Domain

/// The tables of an index being filled, in the order of the file. Strings enter the pool when the
/// first row refers to them, so the pool holds what is used and nothing else.
struct IndexTables {
    private let strings: Interner
    private var pool = IndexWriter()
    private var references: [StringRef]
    private var vulnerabilities = IndexWriter()
    private var advisories = IndexWriter()
    private var entries = IndexWriter()
    private var updates = IndexWriter()
    private var packages: [PackageRow] = []
    private var ecosystems: [(id: UInt32, row: EcosystemRow)] = []

    init(strings: Interner) {
        self.strings = strings
        references = [StringRef](repeating: 0, count: strings.count)
        pool.append(UInt16(0))
    }

    private mutating func reference(_ id: UInt32) -> StringRef {
        guard id != 0 else { return 0 }
        if references[Int(id)] == 0 {
            references[Int(id)] = StringRef(pool.bytes.count)
            strings.withBytes(of: id) { bytes in
                pool.append(UInt16(bytes.count))
                pool.append(contentsOf: bytes)
            }
        }
        return references[Int(id)]
    }

    mutating func add(
        vulnerability id: UInt32, _ facts: FactsDraft, _ exploitation: ExploitationDraft?,
        _ prediction: ExploitPredictionDraft?, _ exploits: UInt32?
    ) {
        var row = VulnerabilityRow(id: reference(id))
        row.title = reference(facts.title)
        row.vector = reference(facts.vector)
        row.tenthsOfScore = facts.tenths
        row.severity = Severity.code(facts.severity)
        row.exploitCount = exploits ?? 0
        if let exploitation {
            row.flags.insert(exploitation.hasRansomware ? [.knownExploited, .ransomware] : .knownExploited)
            row.exploitedSince = reference(exploitation.since)
            row.dueDate = reference(exploitation.dueDate)
        }
        if let prediction {
            row.flags.insert(.scored)
            row.probability = prediction.probability
            row.percentile = prediction.percentile
        }
        vulnerabilities.append(row)
    }

    mutating func add(_ draft: AdvisoryDraft) {
        advisories.append(
            AdvisoryRow(
                id: reference(draft.id), title: reference(draft.title), source: draft.source.code,
                severity: Severity.code(draft.severity), published: draft.published, modified: draft.modified))
    }

    /// Their lists are no strings of the interner: each is of one update alone.
    mutating func add(_ drafts: UpdateDrafts) {
        for row in drafts.rows({ pool.append(string: $0) }) { updates.append(row) }
    }

    /// `drafts` sorted; equal neighbours are written once.
    mutating func add(_ drafts: [EntryDraft]) {
        var digest = StableHash()
        var previous: EntryDraft?
        for draft in drafts {
            if let previous, previous.isSame(as: draft) { continue }
            if previous?.isSamePackage(as: draft) != true {
                digest = StableHash()
                open(draft, after: previous)
            }
            previous = draft
            append(draft.row, digest: &digest)
        }
    }

    private mutating func open(_ draft: EntryDraft, after previous: EntryDraft?) {
        if ecosystems.last?.id != draft.ecosystem {
            let row = EcosystemRow(
                name: reference(draft.ecosystem), scheme: draft.scheme.code, packageCount: 0, entryCount: 0)
            ecosystems.append((draft.ecosystem, row))
        }
        ecosystems[ecosystems.count - 1].row.packageCount += 1
        let hash = strings.withBytes(of: draft.ecosystem) { ecosystem in
            strings.withBytes(of: draft.name) { StableHash.package(ecosystem: ecosystem, name: $0) }
        }
        packages.append(
            PackageRow(
                ecosystem: UInt32(ecosystems.count - 1), name: reference(draft.name),
                firstEntry: UInt32(entries.bytes.count / IndexSection.entries.stride), entryCount: 0, hash: hash,
                digest: 0))
    }

    private mutating func append(_ draft: EntryRow, digest: inout StableHash) {
        var row = draft
        for id in [draft.introduced, draft.fixed, draft.lastAffected, draft.note, draft.urgency] {
            strings.withBytes(of: id) { digest.combine($0) }
            digest.combine(0)
        }
        digestNames(of: draft, into: &digest)
        row.introduced = reference(draft.introduced)
        row.fixed = reference(draft.fixed)
        row.lastAffected = reference(draft.lastAffected)
        row.note = reference(draft.note)
        row.urgency = reference(draft.urgency)
        entries.append(row)
        ecosystems[ecosystems.count - 1].row.entryCount += 1
        packages[packages.count - 1].entryCount += 1
        packages[packages.count - 1].digest = digest.value
    }

    /// Row numbers differ between two indices with the same advisories on a package; ids do not.
    private func digestNames(of row: EntryRow, into digest: inout StableHash) {
        digest.combine(row.state)
        digest.combine(row.source)
        digest.combine(row.flags.rawValue)
        let vulnerability = Int(row.vulnerability) * IndexSection.vulnerabilities.stride
        let advisory = Int(row.advisory) * IndexSection.advisories.stride
        for (table, offset) in [(vulnerabilities.bytes, vulnerability), (advisories.bytes, advisory)] {
            let reference = table.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: StringRef.self) }
            pool.bytes.withUnsafeBytes { pool in
                let length = Int(pool.loadUnaligned(fromByteOffset: Int(reference), as: UInt16.self))
                let start = Int(reference) + 2
                digest.combine(UnsafeRawBufferPointer(rebasing: pool[start..<start + length]))
            }
            digest.combine(0)
        }
    }

    /// The finished index, in memory.
    consuming func index(newest: Int64) -> ScanIndex {
        var packageTable = IndexWriter()
        for row in packages { packageTable.append(row) }
        var ecosystemTable = IndexWriter()
        for ecosystem in ecosystems { ecosystemTable.append(ecosystem.row) }
        var file = IndexWriter()
        var header = IndexHeader()
        header.newest = newest
        let tables: [(IndexSection, IndexWriter)] = [
            (.strings, pool), (.buckets, Self.buckets(for: packages)), (.ecosystems, ecosystemTable),
            (.packages, packageTable), (.entries, entries), (.vulnerabilities, vulnerabilities),
            (.advisories, advisories), (.updates, updates),
        ]
        file.append(contentsOf: header.encoded(size: 0))
        for (section, table) in tables {
            file.pad(to: 8)
            header[section].offset = file.bytes.count
            header[section].count = table.bytes.count / section.stride
            file.append(contentsOf: table.bytes)
        }
        let encoded = header.encoded(size: file.bytes.count)
        return ScanIndex(bytes: IndexBytes(copying: encoded + file.bytes.dropFirst(encoded.count)), header: header)
    }

    /// Open addressing with linear probing, at most half full.
    private static func buckets(for packages: [PackageRow]) -> IndexWriter {
        var size = 1
        while size < packages.count * 2 { size *= 2 }
        var slots = [UInt32](repeating: 0, count: packages.isEmpty ? 0 : size)
        for (place, row) in packages.enumerated() {
            var slot = Int(truncatingIfNeeded: row.hash) & (size - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = UInt32(place + 1)
        }
        var writer = IndexWriter()
        for slot in slots { writer.append(slot) }
        return writer
    }
}
