import AgentProtocol
import Domain
import FoundationEssentials

/// What the agent knows of its jobs, each in a folder of its own under the job's text, on the disk before anything else
/// happens.
struct PatchJournal {
    private let folder: StateFolder
    private static let file = "record.json"
    /// Jobs whose outcome was told; what they have installed can be taken back for as long.
    private static let kept = 200
    /// Of so many of them the tools' words are kept.
    private static let keptLogs = 20

    private(set) var records: [PatchRecord] = []
    /// Jobs whose record cannot be read: what they have done is not known, and they are not begun.
    private(set) var unreadable: Set<PatchJob> = []

    init(_ state: StateFolder) throws(AgentError) {
        folder = state.folder("patches")
        for name in try folder.names() {
            let place = folder.folder(name)
            guard let job = PatchJob(String(name.map { $0 == "_" ? ":" : $0 })) else { continue }
            if let bytes = try? place.read(Self.file),
                let record = try? AgentJSON.decode(PatchRecord.self, from: bytes), record.order.job == job
            {
                records.append(record)
            } else if try !place.names().isEmpty {
                // A folder with nothing in it is of a job that came no further.
                unreadable.insert(job)
            }
        }
        records.sort { $0.number < $1.number }
    }

    subscript(job: PatchJob) -> PatchRecord? { records.first { $0.order.job == job } }

    /// Those that were allowed to change the machine and have no outcome: another process was ended meanwhile.
    var interrupted: [PatchRecord] { records.filter { $0.stage != .accepted && $0.outcome == nil } }
    /// Outcomes that the server does not have.
    var untold: [PatchRecord] { records.filter { $0.outcome != nil && !$0.isTold } }

    /// Jobs whose outcome the server has, and not their logs.
    var unsentLogs: [PatchRecord] { records.filter { $0.isTold && $0.owesLog == true } }

    /// All that this deployment's attempts have set out to change here.
    func attempts(_ deployment: DeploymentID) -> [PatchRecord] {
        records.filter {
            $0.order.job.deployment == deployment && $0.order.job.kind == .install && $0.stage != .accepted
        }
    }

    mutating func open(_ order: PatchOrder) throws(AgentError) -> PatchRecord {
        if var known = self[order.job] {
            // The same job under another signature: its files have other addresses.
            known.order = order
            return known
        }
        let record = PatchRecord(number: nextNumber, order: order)
        try save(record)
        return record
    }

    var nextNumber: Int { (records.last?.number ?? 0) + 1 }

    /// On the disk when it returns.
    mutating func save(_ record: PatchRecord) throws(AgentError) {
        let place = folder(of: record.order.job)
        guard let bytes = try? AgentJSON.encode(record) else {
            throw .state(path: place.path, reason: "\(Self.file) cannot be written")
        }
        // Known here whatever the disk says: an outcome that cannot be written is told again.
        if let index = records.firstIndex(where: { $0.order.job == record.order.job }) {
            records[index] = record
        } else {
            records.append(record)
        }
        unreadable.remove(record.order.job)
        try folder.create()
        try place.create()
        try place.write(bytes, to: Self.file)
        // That an old one cannot be removed says nothing of this one.
        try? prune()
    }

    func folder(of job: PatchJob) -> StateFolder {
        folder.folder(String(job.description.map { $0 == ":" ? "_" : $0 }))
    }

    /// Package files for rollbacks, of all jobs together.
    var store: StateFolder { folder.folder("kept-packages") }

    private mutating func prune() throws(AgentError) {
        let done = records.filter(\.isTold)
        for record in done.dropLast(Self.keptLogs) {
            let place = folder(of: record.order.job)
            for name in try place.names() where name != Self.file { try place.folder(name).removeAll() }
        }
        for record in done.dropLast(Self.kept) {
            try folder(of: record.order.job).removeAll()
            records.removeAll { $0.order.job == record.order.job }
        }
    }
}

/// One job in the journal.
struct PatchRecord: Codable, Sendable {
    enum Stage: String, Codable, Sendable {
        /// Nothing is changed; it can be begun anew.
        case accepted
        /// The server has given its word: from here on it is never begun again.
        case permitted
        /// The tool has ended.
        case installed
        case rebooting
    }

    /// Grows from job to job.
    var number: Int
    var order: PatchOrder
    var stage = Stage.accepted
    /// Of the order's packages.
    var before: [PatchReport.PackageState] = []
    /// What the tool said that it would do, and does exactly.
    var changes: [PlannedChange] = []
    /// What has become other by it, read back: what a rollback takes back. Nil where that was not looked at.
    var found: [PlannedChange]?
    /// Of what changes, what nobody asked for.
    var automatic: [String]?
    /// What its download has put into the tool's cache.
    var downloaded: [String]?
    /// The process that changes the machine.
    var tool: ProcessMark?
    /// The boot in which a restart was asked for.
    var boot: String?
    /// What the tool ended with, where that was not well.
    var complaint: String?
    var outcome: PatchReport?
    /// The server has the outcome.
    var isTold = false
    /// The server is to have the log; nil in what older agents wrote.
    var owesLog: Bool?
}
