import Domain
import FoundationEssentials
import Store

/// A patch's files: what agents install instead of what their repositories have.
package enum PatchFiles {
    static func render(_ files: [PatchFile], of patch: PatchStore.Detail, canDeploy: Bool) -> HTML {
        // Package managers install files of packages; nothing else is asked for.
        guard !files.isEmpty || (canDeploy && !patch.packages.isEmpty) else { return .empty }
        return """
            <section class="card"><h2>Files (\(Text.grouped(files.count)))</h2>\
            <p class="muted">Endpoints whose packages are all among them install these files, and all others what their \
            repositories have.</p>\(table(files))\(canDeploy ? upload(patch.summary.number) : .empty)</section>
            """
    }

    private static func upload(_ number: String) -> HTML {
        "<p class=\"muted\">Files are given by <code>garrison patch upload \(number) FILE…</code> or the API.</p>"
    }

    private static func table(_ files: [PatchFile]) -> HTML {
        if files.isEmpty { return .empty }
        let columns: [Table.Column] = [
            .init("File", .wide), .init("Size", .number), .init("SHA-256"), .init("Uploaded"), .init("By"),
        ]
        let rows = files.map { file -> [HTML] in
            [
                "\(file.name.text)\(file.isCompanion ? "<span class=\"under\">goes along with the others</span>" as HTML : .empty)",
                "\(size(file.bytes))", "<code title=\"\(file.sha256)\">\(String(file.sha256.prefix(16)))…</code>",
                Components.time(file.uploadedAt), "\(file.uploadedBy)",
            ]
        }
        return Table(caption: "Files of the patch", columns: columns, rows: rows).html
    }

    private static func size(_ bytes: Int64) -> String {
        bytes < 1 << 20
            ? "\(Text.grouped(Int((bytes + 1023) >> 10))) KiB" : "\(Text.tenths(Double(bytes) / 1_048_576)) MiB"
    }
}
