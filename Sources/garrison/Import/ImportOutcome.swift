import Inventories
import Store

/// What an import did, as it is printed.
struct ImportOutcome: Encodable {
    /// A document that was not imported.
    struct Rejection: Encodable {
        let line: Int
        let reason: String
    }

    private(set) var endpoints = 0
    private(set) var created = 0
    private(set) var packages = 0
    /// The first of them.
    private(set) var rejected: [Rejection] = []
    private(set) var rejectedCount = 0

    /// More would say no more.
    private static let shownRejections = 20

    mutating func add(_ batch: InventoryStore.Outcome) {
        endpoints += batch.endpoints.count
        created += batch.created
        packages += batch.packages
    }

    mutating func reject(_ document: RefusedDocument) {
        rejectedCount += 1
        guard rejected.count < Self.shownRejections else { return }
        rejected.append(Rejection(line: document.line, reason: document.error.message))
    }

    func print() {
        for rejection in rejected { Console.error("line \(rejection.line): \(rejection.reason)") }
        if rejectedCount > 0 {
            let more = rejectedCount > rejected.count ? " (the first \(rejected.count) are shown)" : ""
            let written = endpoints == 0 ? "; nothing was written" : ""
            let what = rejectedCount == 1 ? "1 inventory was" : "\(rejectedCount) inventories were"
            Console.error("\(what) not imported\(more)\(written).")
        }
        Console.print("\(endpoints) endpoint(s), \(created) of them new, \(packages) packages")
    }
}
