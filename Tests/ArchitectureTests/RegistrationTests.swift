import FoundationEssentials
import Testing

/// A new route, page, command, importer, benchmark or migration is one file and one line in a
/// registry; this finds the file without its line.
@Suite("Everything is registered")
struct RegistrationTests {
    struct Registry: Sendable, CustomTestStringConvertible {
        let folder: String
        let suffix: String
        let registry: String

        var testDescription: String { folder }
    }

    private static let registries = [
        Registry(folder: "Sources/API/Routes", suffix: "Routes.swift", registry: "Sources/API/Routes/AllRoutes.swift"),
        Registry(
            folder: "Sources/Presentation/Routes", suffix: "Routes.swift",
            registry: "Sources/Presentation/Routes/AllPages.swift"),
        Registry(
            folder: "Sources/garrison/Commands", suffix: "Command.swift", registry: "Sources/garrison/Garrison.swift"),
        Registry(
            folder: "Sources/Intelligence/Sources", suffix: "Importer.swift",
            registry: "Sources/Intelligence/Feeds/FeedImporter.swift"),
    ]

    @Test("a file has its line in the registry", arguments: registries)
    func isRegistered(_ registry: Registry) throws {
        let list = try SourceTree.file(registry.registry)
        // What lies in a folder of its own is part of the file beside that folder's name.
        let depth = registry.folder.split(separator: "/").count + 1
        let files = try SourceTree.files(registry.folder, suffix: registry.suffix)
            .filter { $0.path != registry.registry && $0.path.split(separator: "/").count == depth }
        #expect(!files.isEmpty)
        for file in files {
            let type = file.path.split(separator: "/").last.map { String($0.dropLast(6)) } ?? ""
            #expect(list.has(type), "\(file.path) is not in \(registry.registry)")
        }
    }

    @Test("a vendor's folder has its kind, and the kind its line")
    func connectorsAreRegistered() throws {
        let registry = try SourceTree.file("Sources/Connectors/Registry.swift")
        let shared: Set = ["HTTP", "JSON", "Push"]
        let files = try SourceTree.files("Sources/Connectors").filter { $0.path.split(separator: "/").count == 4 }
        let folders = Dictionary(grouping: files) { String($0.path.split(separator: "/")[2]) }
            .filter { !shared.contains($0.key) }
        #expect(!folders.isEmpty)
        for (folder, files) in folders {
            let kinds = files.filter { $0.path.hasSuffix("Kind.swift") }
            #expect(kinds.count == 1, "\(folder) has no file with its kind")
            for kind in kinds {
                let name = kind.text.firstMatch(of: /static let (\w+) = ConnectorKind\(/)?.output.1 ?? "a kind"
                let list = registry.text.firstRange(of: "let all = [").map {
                    registry.text[$0.upperBound...].prefix { $0 != "]" }
                }
                #expect(list?.contains(name) == true, "\(name) is not in the list")
            }
        }
    }

    @Test("a migration has its rollback, and numbers are used once")
    func migrationsAreWhole() throws {
        let names = try SourceTree.files("database/migrations", suffix: ".sql")
            .compactMap { $0.path.split(separator: "/").last.map(String.init) }
        let forward = names.filter { $0.first?.isNumber == true }
        #expect(forward.count >= 6)
        #expect(Set(forward.map { $0.prefix(4) }).count == forward.count)
        for name in forward { #expect(names.contains("rollback_\(name)"), "\(name) has no rollback") }
    }
}
