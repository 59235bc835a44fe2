import CSQLite
import Domain
import Foundation
import Testing

/// RPM databases of a few packages that the real rpmbuild made and the real rpm installed, in the
/// formats that can be had here. Built once for all tests.
struct RPMSample: Sendable {
    /// SQLite, by rpm itself.
    let sqlite: Data
    /// The header blobs as they stand in the SQLite database.
    let headers: [Data]
    /// What `rpm -qa` says of it: a line a package.
    let query: [String]

    static let shared = try? RPMSample()
    static let reason: Comment = "rpm and rpmbuild are not installed here"

    private init() throws {
        let folder = try ExaminedTree()
        try folder.write("sample.spec", Self.specification)
        let top = folder.path
        let define = ["--define", "_topdir \(top)", "--define", "_db_backend sqlite"]
        guard output("rpmbuild", define + ["-ba", "\(top)/sample.spec"]) != nil,
            let files = output("find", ["\(top)/RPMS", "-name", "*.rpm"])?.split(separator: "\n").map(String.init)
                .sorted(),
            !files.isEmpty
        else { throw CocoaError(.featureUnsupported) }
        let database = define + ["--dbpath", "\(top)/db"]
        guard output("rpm", database + ["-i", "--justdb", "--nodeps", "--nosignature"] + files) != nil,
            let query = output("rpm", database + ["-qa", "--qf", Self.format])
        else { throw CocoaError(.featureUnsupported) }
        self.query = query.split(separator: "\n").map(String.init).sorted()
        sqlite = try Data(contentsOf: URL(fileURLWithPath: "\(top)/db/rpmdb.sqlite"))
        headers = Self.headers("\(top)/db/rpmdb.sqlite")
    }

    private static let format =
        "%{NAME}|%{EPOCHNUM}|%{VERSION}-%{RELEASE}|%{ARCH}|%{SOURCERPM}|%{VENDOR}|%{INSTALLTIME}|%{MODULARITYLABEL}\\n"

    /// `package` in the words of `format`, as far as an inventory tells them.
    static func line(_ package: InstalledPackage) -> String {
        let parts = package.version.split(separator: ":", maxSplits: 1).map(String.init)
        let epoch = parts.count == 2 ? parts[0] : "0"
        let source = (package.sourceVersion ?? package.version).split(separator: ":").last.map(String.init) ?? ""
        return [
            package.name, epoch, parts.last ?? "", package.architecture ?? "",
            "\(package.source ?? package.name)-\(source).src.rpm", package.vendor ?? "(none)",
            package.installDate.map { String(Int($0.timeIntervalSince1970)) } ?? "",
            package.module.map { "\($0):8100020240101:rhel8" } ?? "(none)",
        ].joined(separator: "|")
    }

    private static let specification = """
        Name: sample
        Version: 1.2
        Release: 3.el9
        Summary: A sample
        License: MIT
        Vendor: Sample Vendor, Inc.
        BuildArch: noarch
        %description
        A sample.
        %package -n sample-epoch
        Summary: With an epoch and a version of its own
        Epoch: 2
        Version: 7.0~rc1
        %description -n sample-epoch
        Text.
        %package module
        Summary: Of a module
        ModularityLabel: nodejs:18:8100020240101:rhel8
        %description module
        Text.
        %package -n gpg-pubkey
        Summary: What rpm keeps its keys as
        %description -n gpg-pubkey
        Text.
        %package large
        Summary: A header of many pages
        %description large
        \(String(repeating: "A long description that fills pages of a database. ", count: 2_000))
        %files
        %files -n sample-epoch
        %files module
        %files -n gpg-pubkey
        %files large
        """

    private static func headers(_ path: String) -> [Data] {
        var handle: OpaquePointer?
        var statement: OpaquePointer?
        sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY, nil)
        defer { sqlite3_close(handle) }
        sqlite3_prepare_v2(handle, "SELECT blob FROM Packages", -1, &statement, nil)
        defer { sqlite3_finalize(statement) }
        var headers: [Data] = []
        while sqlite3_step(statement) == SQLITE_ROW, let blob = sqlite3_column_blob(statement, 0) {
            headers.append(Data(bytes: blob, count: Int(sqlite3_column_bytes(statement, 0))))
        }
        return headers
    }
}
