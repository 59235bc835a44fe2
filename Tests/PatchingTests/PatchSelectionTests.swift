import Domain
import Foundation
import Patching
import Testing
import TestRandomness

@Suite("What is to be installed on an endpoint")
struct PatchSelectionTests {
    private typealias Node = PatchGraph.Node

    private func select(
        _ nodes: [Node], _ wanted: Set<String>, installed: Set<String> = [], available: Set<String> = []
    ) -> PatchSelection {
        PatchGraph(nodes).select(wanted, installed: installed, available: available)
    }

    @Test(
        "the newest of a chain is installed, and says what it takes the place of, through patches that are not wanted")
    func chain() {
        let nodes = [Node("C", supersedes: ["B"]), Node("B", supersedes: ["A"]), Node("A")]
        let selection = select(nodes, ["A", "C"])
        #expect(selection.install == ["C"] && selection.superseded == ["A": "C"])
        #expect(select(nodes, ["A", "B"], installed: ["C"]).install.isEmpty)
        #expect(select(nodes, ["A", "B"], installed: ["C"]).present == ["A", "B"])
        #expect(select(nodes, ["C"], installed: ["A"]).install == ["C"])
    }

    @Test("of a circle the newest is installed, by its date, then by its name")
    func circle() {
        let old = Date(timeIntervalSince1970: 0)
        let circle = [
            Node("A", released: start, supersedes: ["B"]), Node("B", released: old, supersedes: ["C"]),
            Node("C", released: old, supersedes: ["A"]),
        ]
        #expect(select(circle, ["A", "B", "C"]).install == ["A"])
        #expect(select(circle, ["B", "C"]).install == ["C"])
        #expect(select(circle, ["A"], installed: ["B"]).install.isEmpty)
        #expect(select([Node("A", supersedes: ["A"], prerequisites: ["A"])], ["A"]).install == ["A"])
    }

    @Test("prerequisites come first, and one that is superseded is brought by its heir")
    func prerequisites() {
        let nodes = [
            Node("Update", prerequisites: ["Stack1"]), Node("Stack1"), Node("Stack2", supersedes: ["Stack1"]),
        ]
        #expect(select(nodes, ["Update"], available: ["Stack1"]).install == ["Stack1", "Update"])
        #expect(select(nodes, ["Update", "Stack1", "Stack2"]).install == ["Stack2", "Update"])
        #expect(select(nodes, ["Update"], installed: ["Stack2"]).install == ["Update"])
        #expect(select(nodes, ["Update"]).blocked == ["Update": ["Stack1"]])
    }

    @Test("a cumulative update that contains its own prerequisite, or leads to it, has it installed first")
    func ownPrerequisite() {
        let own = [Node("P", supersedes: ["Q"], prerequisites: ["Q"]), Node("Q")]
        #expect(select(own, ["P", "Q"]).install == ["Q", "P"])
        let through = [
            Node("P", prerequisites: ["Q"]), Node("R", supersedes: ["Q"], prerequisites: ["P"]), Node("Q"),
        ]
        #expect(select(through, ["P", "Q", "R"]).install == ["Q", "P", "R"])
    }

    @Test("what cannot be installed takes nobody's place, and says what it lacks")
    func blocked() {
        let nodes = [Node("New", supersedes: ["Old"], prerequisites: ["Nowhere"]), Node("Old")]
        let selection = select(nodes, ["New", "Old"])
        #expect(selection.install == ["Old"] && selection.blocked == ["New": ["Nowhere"]])
        let knot = [Node("A", prerequisites: ["B"]), Node("B", prerequisites: ["A"])]
        #expect(select(knot, ["A", "B"]).blocked == ["A": ["B"], "B": ["A"]])
        #expect(select([], ["Unheard"]).install == ["Unheard"])
    }

    /// Everything an endpoint has with what it contains.
    private func closure(_ listed: Set<String>, _ nodes: [String: Node]) -> Set<String> {
        var all = listed
        var waiting = Array(listed)
        while let id = waiting.popLast() {
            for older in nodes[id]?.supersedes ?? [] where all.insert(older).inserted { waiting.append(older) }
        }
        return all
    }

    @Test(
        "whatever patches say: the order is legal, nothing that can come is missing, nothing comes for nothing",
        arguments: 0..<20)
    func random(seed: Int) throws {
        var generator = SeededRandom(seed: UInt64(seed))
        for _ in 0..<100 {
            let ids = (0..<8).map { "P\($0)" }
            func some(_ odds: Int) -> [String] { ids.filter { _ in Int.random(in: 0..<odds, using: &generator) == 0 } }
            let nodes = ids.map { Node($0, supersedes: some(8), prerequisites: some(9)) }
            let byID = Dictionary(uniqueKeysWithValues: nodes.map { ($0.id, $0) })
            let (wanted, installed) = (Set(some(2)), Set(some(6)))
            let selection = PatchGraph(nodes).select(wanted, installed: installed)
            // By hand: whatever has its prerequisites is installed, until nothing more can be.
            var reachable = closure(installed, byID)
            let had = reachable
            var found = true
            while found {
                found = false
                for id in wanted where !reachable.contains(id) {
                    if (byID[id]?.prerequisites ?? []).allSatisfy({ $0 == id || reachable.contains($0) }) {
                        reachable.formUnion(closure([id], byID))
                        found = true
                    }
                }
            }
            var present = had
            for id in selection.install {
                #expect(wanted.contains(id) && !had.contains(id))
                for need in byID[id]?.prerequisites ?? [] where need != id {
                    #expect(present.contains(need), "\(id) too soon")
                }
                present.formUnion(closure([id], byID))
            }
            #expect(Set(selection.install).count == selection.install.count)
            #expect(present == reachable.intersection(present))
            let possible = wanted.filter { id in
                !had.contains(id) && reachable.contains(id)
            }
            for id in possible { #expect(present.contains(id), "\(id) is missing in \(nodes)") }
            #expect(Set(selection.present) == wanted.intersection(had))
            for (old, new) in selection.superseded { #expect(closure([new], byID).contains(old)) }
            // Each wanted one is exactly one of them, but for steps on the way to another.
            let told = Set(selection.superseded.keys).union(selection.blocked.keys).union(selection.present)
            #expect(told.union(selection.install) == wanted)
            for id in selection.blocked.keys { #expect(!selection.install.contains(id)) }
        }
    }

    @Test("100,000 patches in one chain, and in one circle, need no stack")
    func long() {
        var nodes = (0..<100_000).map { Node("\($0)", supersedes: $0 == 0 ? [] : ["\($0 - 1)"]) }
        #expect(select(nodes, ["5", "70000", "99999"]).install == ["99999"])
        nodes[0] = Node("0", released: start, supersedes: ["99999"])
        #expect(select(nodes, ["5", "70000", "0"]).install == ["0"])
        let steps = (0..<20_000).map { Node("\($0)", prerequisites: $0 == 0 ? [] : ["\($0 - 1)"]) }
        #expect(select(steps, Set(steps.map(\.id))).install == steps.map(\.id))
    }
}
