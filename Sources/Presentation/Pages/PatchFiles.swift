import Domain
import FoundationEssentials
import Store

/// A patch's files: what agents install instead of what their repositories have.
package enum PatchFiles {
    /// For those who may give files and take them away.
    package struct Permission: Sendable {
        let csrfToken: String
        /// Bytes of one file, at most.
        let largest: Int64

        package init(csrfToken: String, largest: Int64) {
            self.csrfToken = csrfToken
            self.largest = largest
        }
    }

    static func render(_ files: [PatchFile], of patch: PatchStore.Detail, permission: Permission?) -> HTML {
        // Package managers install files of packages; nothing else is asked for.
        guard !files.isEmpty || (permission != nil && !patch.packages.isEmpty) else { return .empty }
        return """
            <section class="card" id="files"><div id="file-list"><h2>Files (\(Text.grouped(files.count)))</h2>\
            <p class="muted">Endpoints whose packages are all among them install these files, and all others what their \
            repositories have.</p>\(table(files, permission))</div>\(permission.map { upload(patch.summary, $0) })</section>
            """
    }

    static func path(of patch: PatchID) -> String { "/patches/\(patch)#files" }

    /// A form that a script sends, since files go up as they are and not as fields; without it one reads how else.
    private static func upload(_ patch: PatchStore.Summary, _ permission: Permission) -> HTML {
        let tooLarge = "It is larger than the \(size(permission.largest)) that one file may have here."
        return """
            <noscript><p>Files are uploaded on this page with scripts alone. Without them: \
            <code>garrison patch upload \(patch.number) FILE…</code>, or the API.</p></noscript>
            <form class="upload" data-upload="/api/patches/\(patch.id.description)/files" \
            data-largest="\(String(permission.largest))" data-too-large="\(tooLarge)" hidden>\
            <input type="hidden" name="csrf_token" value="\(permission.csrfToken)">
            <label class="drop">\(Icon.upload.html)<span><b>Choose files</b> or drop them here</span>\
            <input class="hidden-text" type="file" multiple accept=".deb,.rpm,.apk" aria-describedby="upload-help"></label>
            <p class="help" id="upload-help">Each under the name that its package manager gives it, as \
            NAME_VERSION_ARCHITECTURE.deb, and of \(size(permission.largest)) at most.</p>
            <ul class="plain" aria-label="Files to upload"></ul><template>\(row)</template>
            <div class="actions" hidden><button>Upload</button>\
            <button type="button" class="quiet" data-cancel hidden>Cancel</button></div>
            <p class="muted small" role="status"></p></form>
            """
    }

    /// A file that was chosen, before the script has told its name.
    private static let row: HTML = """
        <li><fieldset class="row"><legend></legend><div class="fields">\
        <div class="field grow"><label>SHA-256, where you know it\
        <input type="text" class="mono" name="sha256" maxlength="64" autocomplete="off" spellcheck="false"></label></div>\
        <label class="check"><input type="checkbox" name="companion">Companion: it goes along, installed or not</label>\
        <button type="button" class="quiet small" data-drop>Leave out</button></div>\
        <progress hidden></progress><p class="muted small" data-state></p>\
        <p class="problem" role="alert" hidden></p></fieldset></li>
        """

    private static func table(_ files: [PatchFile], _ permission: Permission?) -> HTML {
        if files.isEmpty { return .empty }
        var columns: [Table.Column] = [
            .init("File", .wide), .init("Size", .number), .init("SHA-256"), .init("Uploaded"), .init("By"),
        ]
        if permission != nil { columns.append(.init("Action")) }
        let rows = files.map { file -> [HTML] in
            [
                "\(file.name.text)\(file.isCompanion ? "<span class=\"under\">goes along with the others</span>" as HTML : .empty)",
                "\(size(file.bytes))", "<code title=\"\(file.sha256)\">\(String(file.sha256.prefix(16)))…</code>",
                Components.time(file.uploadedAt), "\(file.uploadedBy)",
            ] + (permission.map { [remove(file, $0)] } ?? [])
        }
        return Table(caption: "Files of the patch", columns: columns, rows: rows).html
    }

    private static func remove(_ file: PatchFile, _ permission: Permission) -> HTML {
        Components.confirm(
            "Remove", action: "/patches/\(file.patch)/files/\(file.id)/remove",
            question: "Endpoints that have not begun take what their repositories have.",
            csrfToken: permission.csrfToken)
    }

    private static func size(_ bytes: Int64) -> String {
        switch bytes {
        case ..<(1 << 20): "\(Text.grouped(Int((bytes + 1023) >> 10))) KiB"
        case ..<(1 << 30): "\(Text.tenths(Double(bytes) / 1_048_576)) MiB"
        default: "\(Text.tenths(Double(bytes) / 1_073_741_824)) GiB"
        }
    }
}
