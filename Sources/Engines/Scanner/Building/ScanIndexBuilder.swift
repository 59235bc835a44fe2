import Domain
import FoundationEssentials

/// Collects intelligence records, in any order and any number, and makes the index of them.
///
/// A later record with the source and id of an earlier one replaces it. What does not serve
/// matching (descriptions, references) is not kept, so 300,000 advisories take some hundred MB.
public struct ScanIndexBuilder {
    /// Debian's tracker has one row for each package of a CVE, all with the CVE's id.
    private struct AdvisoryKey: Hashable {
        var source: IntelligenceSource
        var id: UInt32
        var package: UInt32
    }

    private struct VulnerabilityKey: Hashable {
        var id: UInt32
        var source: IntelligenceSource
    }

    private var strings = Interner()
    private var places: [AdvisoryKey: Int] = [:]
    private var advisories: [AdvisoryDraft?] = []
    private var vulnerabilities: [VulnerabilityKey: VulnerabilityDraft] = [:]
    private var exploitation: [UInt32: ExploitationDraft] = [:]
    private var predictions: [UInt32: ExploitPredictionDraft] = [:]
    private var exploits: [UInt32: UInt32] = [:]
    private var updates = UpdateDrafts()

    /// Records left out because the index holds as much text as its format can refer to (2 GiB).
    public private(set) var refusedRecords = 0

    public init() {}

    /// Takes one record; order matters only between records with the same source and id.
    public mutating func add(_ record: IntelligenceRecord) {
        guard !strings.isFull else {
            refusedRecords += 1
            return
        }
        switch record {
        case .advisory(let advisory): add(advisory)
        case .vulnerability(let vulnerability): add(vulnerability)
        case .knownExploited(let entry): add(entry)
        case .exploitPrediction(let row):
            predictions[strings.intern(row.cve)] = ExploitPredictionDraft(
                probability: row.probability, percentile: row.percentile)
        case .exploits(let list): exploits[strings.intern(list.cve)] = UInt32(clamping: list.exploits.count)
        case .patch(let patch): updates.add(patch)
        }
    }

    /// The index of all that was added. The same records give the same bytes, whatever their order.
    public func finish() -> ScanIndex {
        var assembler = IndexAssembler(strings: strings, advisories: advisories.compactMap { $0 })
        for (key, draft) in vulnerabilities {
            assembler.addVulnerability(key.id, draft, precedence: key.source.precedence)
        }
        return assembler.assemble(
            exploitation: exploitation, predictions: predictions, exploits: exploits, updates: updates)
    }

    private mutating func add(_ advisory: Advisory) {
        let id = strings.intern(advisory.id)
        let package = advisory.source == .debian ? strings.intern(advisory.affected.first?.name) : 0
        let key = AdvisoryKey(source: advisory.source, id: id, package: package)
        let draft = advisory.withdrawn == nil ? self.draft(advisory, id: id) : nil
        if let place = places[key] {
            advisories[place] = draft
        } else {
            places[key] = advisories.count
            advisories.append(draft)
        }
    }

    private mutating func draft(_ advisory: Advisory, id: UInt32) -> AdvisoryDraft {
        let isSingle = advisory.vulnerabilities.count == 1
        let vectors = isSingle ? advisory.vectors : []
        return AdvisoryDraft(
            id: id, title: strings.intern(advisory.title), source: advisory.source, severity: advisory.severity,
            published: Self.seconds(advisory.published), modified: Self.seconds(advisory.modified),
            vulnerabilities: advisory.vulnerabilities.map { strings.intern($0) },
            packages: advisory.affected.map { PackageDraft($0, strings: &strings) }
                + AdvisoryDraft.products(of: advisory.applicability, strings: &strings),
            vector: VectorDraft(bestOf: vectors, strings: &strings))
    }

    private mutating func add(_ record: VulnerabilityRecord) {
        let key = VulnerabilityKey(id: strings.intern(record.id), source: record.source)
        vulnerabilities[key] = VulnerabilityDraft(
            title: strings.intern(record.title), vector: strings.intern(record.vector),
            tenths: VectorDraft.tenths(record.score), isRejected: record.isRejected)
    }

    private mutating func add(_ entry: KnownExploited) {
        exploitation[strings.intern(entry.cve)] = ExploitationDraft(
            since: strings.intern(entry.dateAdded), dueDate: strings.intern(entry.dueDate),
            hasRansomware: entry.knownRansomware)
    }

    private static func seconds(_ date: Date?) -> Int64 {
        guard let seconds = date?.timeIntervalSince1970, abs(seconds) < 1e15 else { return IndexLayout.noDate }
        return Int64(seconds)
    }
}

/// An EPSS row.
struct ExploitPredictionDraft {
    var probability: Double
    var percentile: Double
}
