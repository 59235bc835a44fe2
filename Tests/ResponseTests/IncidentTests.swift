import Domain
import Foundation
import Response
import Testing

@Suite("Which alerts are one incident")
struct IncidentTests {
    private static let machine = EndpointID.make()
    private static let start = Date(timeIntervalSince1970: 1_767_268_800)
    private let grouping = IncidentGrouping(window: 3600)

    private func candidate(
        keys: Set<String> = ["technique:T1059"], endpoint: EndpointID = machine, resolvedAfter: Double? = nil
    ) -> IncidentGrouping.Candidate {
        .init(
            id: UUID(), endpoint: endpoint, keys: keys, first: Self.start, last: Self.start.addingTimeInterval(600),
            resolved: resolvedAfter.map { Self.start.addingTimeInterval($0) })
    }

    private func sign(_ after: Double, keys: Set<String> = ["technique:T1059"]) -> IncidentGrouping.Sign {
        .init(endpoint: Self.machine, keys: keys, detected: Self.start.addingTimeInterval(after))
    }

    @Test(
        "an alert belongs to an incident of its machine that has something in common with it, within the window",
        arguments: [
            (0.0, "technique:T1059", true), (4200, "technique:T1059", true), (4201, "technique:T1059", false),
            (-3600, "technique:T1059", true), (-3601, "technique:T1059", false), (0, "threat:emotet", false),
        ])
    func rules(after: Double, key: String, belongs: Bool) {
        #expect((grouping.place(sign(after, keys: [key]), among: [candidate()]) != nil) == belongs)
    }

    @Test("another machine's incident is another; what comes after an incident was resolved is a new one")
    func others() {
        #expect(grouping.place(sign(0), among: [candidate(endpoint: .make())]) == nil)
        #expect(grouping.place(sign(800), among: [candidate(resolvedAfter: 700)]) == nil)
        #expect(grouping.place(sign(500), among: [candidate(resolvedAfter: 700)]) != nil)
    }

    @Test("a sub-technique is its technique; an alert without technique, threat and file has its title")
    func keys() {
        #expect(
            IncidentGrouping.keys(techniques: ["t1059.001", "T1059"], threat: "Emotet", sha256: "AB", title: "x")
                == ["technique:T1059", "threat:emotet", "file:ab"])
        #expect(IncidentGrouping.keys(techniques: [], threat: "", sha256: nil, title: "Odd") == ["title:odd"])
    }

    @Test(
        "an incident follows changes of its alerts, not their state",
        arguments: [
            (
                IncidentStatus.open, AlertReport.Status.resolved, AlertReport.Status?.some(.new), false, true,
                IncidentStatus?.some(.resolved)
            ),
            (.open, .resolved, .new, false, false, nil),
            // A person opened it again; the alert has not changed.
            (.open, .resolved, .resolved, false, true, nil),
            (.resolved, .new, .resolved, false, false, .open),
            // Garrison is resolving it: the vendor's list is older than that.
            (.resolved, .new, .new, true, false, nil), (.resolved, .inProgress, nil, true, false, nil),
            (.resolved, .new, nil, false, false, .open), (.contained, .new, nil, false, false, nil),
            (.investigating, .unknown, .new, false, false, nil),
        ])
    func life(
        now: IncidentStatus, status: AlertReport.Status, before: AlertReport.Status?, resolving: Bool, all: Bool,
        next: IncidentStatus?
    ) {
        let change = IncidentLife.Change(status: status, before: before, isBeingResolved: resolving)
        #expect(IncidentLife.status(now, after: [change], allResolved: all) == next)
    }
}
