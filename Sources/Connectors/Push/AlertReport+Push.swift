import Domain

extension AlertReport {
    private static let known: Set<String> = [
        "source_id", "device_id", "title", "details", "severity", "status", "verdict", "product", "techniques",
        "assignee", "command_line", "file_path", "sha256", "user", "link", "detected", "modified",
    ]

    /// An alert as a program pushes it.
    init(pushed record: VendorRecord) throws(FieldRefusal) {
        try record.allow(Self.known)
        guard let detected = try record.date("detected") else {
            throw FieldRefusal(field: "detected", reason: "is missing")
        }
        var techniques: [Technique] = []
        for technique in try record.records("techniques") { techniques.append(try Technique(pushed: technique)) }
        self.init(
            sourceID: try record.requiredText("source_id"), deviceID: try record.text("device_id"),
            title: try record.requiredText("title"), details: try record.text("details"),
            severity: try record.requiredWord("severity"), status: try record.word("status") ?? .new,
            verdict: try record.word("verdict"), product: try record.text("product"), techniques: techniques,
            assignee: try record.text("assignee"), commandLine: try record.text("command_line"),
            filePath: try record.text("file_path"), sha256: try record.text("sha256"), user: try record.text("user"),
            link: try record.text("link"), detected: detected, modified: try record.date("modified"))
    }
}

extension AlertReport.Technique {
    init(pushed record: VendorRecord) throws(FieldRefusal) {
        try record.allow(["tactic_id", "tactic", "technique_id", "technique"])
        self.init(
            tacticID: try record.text("tactic_id"), tactic: try record.text("tactic"),
            techniqueID: try record.text("technique_id"), technique: try record.text("technique"))
    }
}
