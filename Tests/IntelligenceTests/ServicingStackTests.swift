import Domain
import FoundationEssentials
import Intelligence
import Store
import TestSupport
import Testing

/// Documents in the form of Microsoft's, with a few facts of 2024.
@Suite("Updates of what installs updates", .database)
struct ServicingStackTests {
    private static let server = "Windows Server 2016"
    private static let client = "Windows 10 Version 1607 for x64-based Systems"
    private static let newer = "Windows Server 2019"
    private static let names = [server, client, newer]

    private struct Remedy {
        let number: String
        let products: [String]
        var kind = "Security Update"

        var text: String {
            let ids = products.compactMap(names.firstIndex).map { "\"\($0 + 1)\"" }.joined(separator: ",")
            return #"""
                {"Description":{"Value":"\#(number)"},"ProductID":[\#(ids)],"Type":2,"RestartRequired":{"Value":""},
                "SubType":"\#(kind)"}
                """#
        }
    }

    private struct Month {
        let id: String
        let day: String
        var stacks: [Remedy] = []
        /// When the list was last revised.
        var listed = ""
        let updates: [Remedy]

        /// The list of servicing stacks comes in the midst.
        var text: String {
            let tree = names.enumerated().map { #"{"ProductID":"\#($0 + 1)","Value":"\#($1)"}"# }
            let number = day.replacing("-", with: "")
            let entries = updates.enumerated().map { index, update in
                #"{"CVE":"CVE-2024-\#(number)\#(index)","ProductStatuses":[],"Remediations":[\#(update.text)]}"#
            }
            let stack = #"""
                {"Title":{"Value":"Latest Servicing Stack Updates"},"CVE":"ADV990001","Threats":[{"Description":{"Value":"Critical"},
                "Type":3}],"Remediations":[\#(stacks.map(\.text).joined(separator: ","))],
                "RevisionHistory":[{"Date":"2018-11-13T08:00:00"},{"Date":"\#(listed)T07:00:00"}]}
                """#
            let all = stacks.isEmpty ? entries : [entries[0], stack] + entries.dropFirst()
            return #"""
                {"DocumentTitle":{"Value":"\#(id) Security Updates"},"DocumentTracking":{"Identification":{"ID":{"Value":"\#(id)"}},
                "InitialReleaseDate":"\#(day)T07:00:00","CurrentReleaseDate":"\#(day)T07:00:00"},
                "ProductTree":{"FullProductName":[\#(tree.joined(separator: ","))]},"Vulnerability":[\#(all.joined(separator: ","))]}
                """#
        }
    }

    private static func stack(_ number: String, _ products: String...) -> Remedy {
        Remedy(number: number, products: products, kind: "Servicing Stack Update")
    }

    private static func update(_ number: String, _ products: String...) -> Remedy {
        Remedy(number: number, products: products)
    }

    private static let months = [
        // The list stands in the document of its first month, and is revised there.
        Month(
            id: "2018-Nov", day: "2018-11-13", stacks: [stack("5039334", server, client)], listed: "2024-06-11",
            updates: [update("4467691", server, client)]),
        Month(id: "2024-May", day: "2024-05-14", updates: [update("5037763", server, client)]),
        Month(id: "2024-Jun", day: "2024-06-11", updates: [update("5039214", server, client)]),
        Month(id: "2024-Jul", day: "2024-07-09", updates: [update("5040434", server, client)]),
        // What was published before is listed again where there is nothing newer.
        Month(
            id: "2018-Nov", day: "2018-11-13", stacks: [stack("5043124", server), stack("5039334", client)],
            listed: "2024-09-10", updates: [update("4467691", server, client)]),
        Month(
            id: "2024-Sep", day: "2024-09-10", updates: [update("5043051", server, client), update("5043050", newer)]),
    ]

    @Test("the list of servicing stacks gives patches that end nothing; it is no advisory, and not left out")
    func read() throws {
        let reading = try Reading(Self.months[4].text, source: .msrc)
        let stack = try #require(reading.patches.first { $0.id == "KB5043124" })
        #expect(stack.isServicingStack && stack.vulnerabilities == [] && !stack.needsRestart)
        #expect(stack.products == [Self.server] && stack.severity == .critical)
        #expect(stack.title == "Servicing Stack Update for Windows Server 2016 (KB5043124)")
        #expect(stack.released.map { $0.description.hasPrefix("2024-09-10") } == true)
        #expect(reading.patches.filter { !$0.isServicingStack }.map(\.id) == ["KB4467691"])
        #expect(reading.advisories.map(\.vulnerabilities) == [["CVE-2024-201811130"]])
        #expect(reading.summary.rejected.isEmpty)
    }

    @Test(
        "an update needs the newest servicing stack of each of its products that is not younger, in whatever order months come",
        arguments: [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [2, 4, 1, 5, 0, 3]])
    func prerequisites(order: [Int]) async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let (database, intelligence) = (TestDatabase.current, TestDatabase.current.store.intelligence)
        func needs() async throws -> [String] {
            try await database.store.owner.query(
                "SELECT kb_number || ' needs ' || prerequisite FROM patch_prerequisites ORDER BY 1"
            ).map { try $0.decode(0) }
        }
        let expected = [
            "KB5039214 needs KB5039334", "KB5040434 needs KB5039334", "KB5043051 needs KB5039334",
            "KB5043051 needs KB5043124",
        ]
        for _ in 1...2 {
            for index in order {
                let path = try folder.write(Self.months[index].text, to: "\(index).json")
                try await intelligence.importFeed(path: path, source: .msrc, origin: "file")
            }
            #expect(try await needs() == expected)
        }
        let stacks = try await database.store.owner.query(
            """
            SELECT kb_number || ' ' || released_date FROM patches WHERE is_servicing_stack AND NOT is_superseded ORDER BY 1
            """
        ).map { try $0.decode(0, as: String.self) }
        #expect(stacks == ["KB5039334 2024-06-11", "KB5043124 2024-09-10"])
        // What somebody else says of what it knows is left as it is.
        let other = "INSERT INTO patch_prerequisites VALUES ('KB1', 'KB2'), ('KB5037763', 'KB5043124')"
        _ = try await database.store.owner.query(other)
        try await intelligence.importFeed(path: "\(folder.path)/1.json", source: .msrc, origin: "file")
        #expect(try await needs() == ["KB1 needs KB2"] + expected)
    }
}
