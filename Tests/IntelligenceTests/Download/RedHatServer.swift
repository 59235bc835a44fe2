import FoundationEssentials
import Synchronization
import TestSupport

/// Red Hat's folder of CSAF documents, as it is on one day: the archive, the lists beside it, the documents.
final class RedHatServer: Sendable {
    struct Folder: Sendable {
        var archiveName = "csaf_vex_2024-11-20.tar.zst"
        var archive: [UInt8] = []
        /// By path: `2024/cve-2024-0001.json`.
        var documents: [String: String] = [:]
        /// Newest first.
        var changes: [(path: String, date: String)]? = []
        var deletions: [(path: String, date: String)] = []
        /// Paths that are answered with status 500.
        var broken: Set<String> = []
    }

    let folder: Mutex<Folder>

    init(archive documents: [String: String]) async throws {
        folder = Mutex(Folder(archive: try await Self.archive(documents)))
    }

    /// A tar archive, compressed as the publisher does.
    static func archive(_ documents: [String: String]) async throws -> [UInt8] {
        let scratch = try TestFolder()
        defer { scratch.remove() }
        for (name, text) in documents { try scratch.write(text, to: name) }
        let archive = "\(scratch.path)/archive"
        let made = try await Shell.run(
            ["tar", "-C", scratch.path, "--zstd", "-cf", archive] + documents.keys.sorted())
        guard made.status == 0 else { throw TestFailure(made.output) }
        return Array(try Data(contentsOf: URL(filePath: archive)))
    }

    func change(_ change: @Sendable (inout Folder) -> Void) { folder.withLock { change(&$0) } }

    /// What is below `…/vex/`, whatever the host.
    func answer(_ request: FeedServer.Request) -> FeedServer.Answer {
        guard let place = request.uri.firstRange(of: "/vex/") else { return .status(404) }
        let path = String(request.uri[place.upperBound...])
        return folder.withLock { folder in
            if folder.broken.contains(path) { return .status(500) }
            switch path {
            case "archive_latest.txt": return .text(folder.archiveName + "\n")
            case folder.archiveName: return Self.tagged(folder.archive, request)
            case "changes.csv": return folder.changes.map { Self.list($0) } ?? .status(404)
            case "deletions.csv": return Self.list(folder.deletions)
            default: return folder.documents[path].map { .text($0) } ?? .status(404)
            }
        }
    }

    private static func tagged(_ body: [UInt8], _ request: FeedServer.Request) -> FeedServer.Answer {
        let tag = "\"\(body.count)\""
        return request.header("If-None-Match") == tag
            ? .status(304, ("ETag", tag)) : .init(headers: [("ETag", tag)], body: body)
    }

    private static func list(_ entries: [(path: String, date: String)]) -> FeedServer.Answer {
        .text(entries.map { "\"\($0.path)\",\"\($0.date)\"\n" }.joined())
    }

    /// A VEX document on one package of Enterprise Linux 9.
    static func document(_ cve: String, fixed: String, on day: String) -> String {
        #"""
        {"document":{"category":"csaf_vex","csaf_version":"2.0","publisher":{"namespace":"https://www.redhat.com"},
          "tracking":{"id":"\#(cve)","current_release_date":"\#(day)T00:00:00+00:00"}},
         "vulnerabilities":[{"cve":"\#(cve)","product_status":{"fixed":["r9:zlib"]}}],
         "product_tree":{"branches":[{"branches":[
            {"product":{"product_id":"r9",
              "product_identification_helper":{"cpe":"cpe:/o:redhat:enterprise_linux:9::baseos"}}},
            {"category":"product_version","product":{"product_id":"zlib",
              "product_identification_helper":{"purl":"pkg:rpm/redhat/zlib@\#(fixed)?arch=x86_64"}}}]}],
          "relationships":[{"category":"default_component_of","product_reference":"zlib",
            "relates_to_product_reference":"r9","full_product_name":{"product_id":"r9:zlib"}}]}}
        """#
    }
}
