import Crypto
import Domain
import FoundationEssentials
import Postgres

/// Reports as columns; of several with one id the last counts.
struct ReportRows {
    private(set) var ids: [String] = []
    private(set) var devices: [String?] = []
    /// JSON.
    private(set) var reports: [String] = []
    /// Of the JSON.
    private(set) var hashes: [UUID] = []
    /// Which of the batch's reports each row is of.
    private(set) var origins: [Int] = []
    private var places: [String: Int] = [:]
    /// The places in the order of the ids: rows that go into an index in its order are written faster.
    private(set) var order: [Int] = []

    init(_ reports: ConnectorReports) throws {
        let encoder = ReportEncoder()
        func addAll<Report: Encodable>(_ reports: [Report], _ names: (Report) -> (id: String, device: String?)) throws {
            for (origin, report) in reports.enumerated() {
                let (id, device) = names(report)
                add(StoredText.clean(id), device.map(StoredText.clean), try encoder.encode(report), origin)
            }
        }
        switch reports {
        case .devices(let reports): try addAll(reports) { ($0.sourceID, $0.sourceID) }
        case .software(let reports): try addAll(reports) { ($0.sourceID, $0.deviceID) }
        case .vulnerabilities(let reports): try addAll(reports) { ($0.sourceID, $0.deviceID) }
        case .alerts(let reports): try addAll(reports) { ($0.sourceID, $0.deviceID) }
        case .compliance(let reports): try addAll(reports) { ($0.deviceID, $0.deviceID) }
        }
        order = ids.indices.sorted { [ids] in ids[$0] < ids[$1] }
    }

    private mutating func add(_ id: String, _ device: String?, _ report: String, _ origin: Int) {
        let hash = UUID(digest: SHA256.hash(data: Array(report.utf8)))
        if let place = places[id] {
            devices[place] = device
            reports[place] = report
            hashes[place] = hash
            origins[place] = origin
        } else {
            places[id] = ids.count
            ids.append(id)
            devices.append(device)
            reports.append(report)
            hashes.append(hash)
            origins.append(origin)
        }
    }

    /// What a page tells, by the places of its rows, in the order of their ids.
    struct News {
        var new: [Int] = []
        var changed: [Int] = []
        var unchanged: [Int] = []

        /// What is not known as it is, in the order of the page.
        var written: [Int] { (new + changed).sorted() }
    }

    /// - Parameter known: ids and hashes; of reports that were stored before they had hashes there is none.
    func news(_ known: Rows) throws -> News {
        var stored: [String: UUID?] = [:]
        stored.reserveCapacity(known.count)
        for row in known { stored[try row.decode(0)] = .some(try row.decode(1, as: UUID?.self)) }
        var news = News()
        for place in order {
            switch stored[ids[place]] {
            case .none: news.new.append(place)
            case .some(hashes[place]): news.unchanged.append(place)
            case .some: news.changed.append(place)
            }
        }
        return news
    }
}

/// A page of a vendor's reports as it will be stored, made before it is its turn.
public struct PreparedBatch: Sendable {
    public let batch: ConnectorBatch
    let rows: ReportRows
    let first: First?

    /// Devices of a first run, which are all new as a rule.
    struct First: Sendable {
        let run: FirstRun
        let devices: DeviceJoin.Page
        /// What writes all of them.
        let records: EncodedStatements
    }

    /// - Parameter run: the first run that it is of, if it is of one.
    public init(_ batch: ConnectorBatch, of run: FirstRun? = nil) throws {
        self.batch = batch
        let rows = try ReportRows(batch.reports)
        self.rows = rows
        guard let run, !run.isOver, case .devices(let reports) = batch.reports, !reports.isEmpty else {
            first = nil
            return
        }
        let page = ConnectorPage(batch: batch, stream: .devices, connector: run.connector, tenant: run.tenant)
        first = First(
            run: run, devices: DeviceJoin.Page(rows.origins.map { reports[$0] }, of: run.connector),
            records: try EncodedStatements(page.records(rows, .init(new: rows.order)) + page.quarantine()))
    }
}
