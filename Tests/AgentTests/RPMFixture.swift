import Foundation

/// Packages built and installed by the real rpm, in a database of their own (`--justdb`: no file of
/// theirs is written anywhere).
final class RPMFixture {
    let folder: String
    /// Of `rpmdb.sqlite`.
    var database: String { "\(folder)/rpmdb" }

    static let specification = """
        Name: nodejs
        Epoch: 1
        Version: 18.20.2
        Release: 1.module_el9
        Summary: JavaScript runtime
        License: MIT
        Vendor: AlmaLinux
        BuildArch: noarch
        ModularityLabel: nodejs:18:9040020240422:rhel9
        %description
        Several lines
        of text.
        %package -n npm
        Summary: A subpackage with a version of its own
        Version: 10.5.0~rc1
        %description -n npm
        .
        %package docs
        Summary: Documentation; the long description makes its header larger than a page
        %description docs
        \(String(repeating: "Lorem ipsum dolor sit amet, consetetur sadipscing elitr. ", count: 200))
        %package -n plain
        Summary: Epoch 0 is no epoch
        Epoch: 0
        %description -n plain
        .
        %package -n gpg-pubkey
        Summary: The name that rpm gives to keys
        %description -n gpg-pubkey
        .
        %files
        %files -n npm
        %files docs
        %files -n plain
        %files -n gpg-pubkey

        """

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/garrison-rpm-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Self.specification.write(toFile: "\(folder)/nodejs.spec", atomically: true, encoding: .utf8)
        _ = try Command.output("rpmbuild", "-bb", "--define", "_topdir \(folder)/top", "\(folder)/nodejs.spec")
        let packages = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/top/RPMS/noarch")
        _ = try Command.output(
            ["rpm", "--dbpath", database, "--justdb", "--nodeps", "--nosignature", "-i"]
                + packages.map { "\(folder)/top/RPMS/noarch/\($0)" })
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func file(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: "\(database)/\(name)")) }

    /// What rpm itself tells of a database, a line a package: name, version with epoch, architecture,
    /// source, vendor, install time and module stream.
    static func query(_ database: String, backend: String = "sqlite") throws -> [String] {
        let format =
            #"%{NAME}\t%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\t%{ARCH}\t%{SOURCERPM}\t%{VENDOR}\t%{INSTALLTIME}\t"#
            + #"%{MODULARITYLABEL}\n"#
        return try Command.output(
            "rpm", "--dbpath", database, "--define", "_db_backend \(backend)", "-qa", "--qf", format
        ).lines.filter { !$0.hasPrefix("gpg-pubkey\t") }.map { line in
            // Epoch 0 is none, and a module's stream is its label's first two parts.
            var fields = line.replacingOccurrences(of: "\t0:", with: "\t").components(separatedBy: "\t")
            fields[3] = fields[3].components(separatedBy: "-").first ?? ""
            fields[6] = fields[6].components(separatedBy: ":").prefix(2).joined(separator: ":")
            return fields.joined(separator: "\t")
        }.sorted()
    }

    /// The headers with their numbers, as the database holds them.
    func headers() throws -> [(number: UInt32, blob: [UInt8])] {
        let script = """
            import sqlite3
            for number, blob in sqlite3.connect('\(database)/rpmdb.sqlite').execute('SELECT hnum, blob FROM Packages'):
                print(number, bytes(blob).hex())
            """
        return try Command.output("python3", "-c", script).lines.map { line in
            let parts = line.split(separator: " ")
            return (UInt32(parts[0]) ?? 0, bytes(hexadecimal: parts[1]))
        }
    }

    private func bytes(hexadecimal text: Substring) -> [UInt8] {
        var rest = text.utf8[...]
        var bytes: [UInt8] = []
        while !rest.isEmpty {
            bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}

extension RPMFixture {
    /// A `Packages` hash file, made by Berkeley DB itself from the headers.
    /// - Parameter pageSize: small ones put every header on overflow pages.
    func berkeley(pageSize: Int) throws -> String {
        let folder = "\(folder)/bdb-\(pageSize)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // rpm keeps the last number given out under the key 0.
        var records: [(UInt32, [UInt8])] = [(0, littleEndian(100))]
        records += try headers().map { ($0.number, $0.blob) }
        var dump = "VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize=\(pageSize)\nHEADER=END\n"
        for (number, value) in records { dump += " \(hexadecimal(littleEndian(number)))\n \(hexadecimal(value))\n" }
        _ = try Command.output("db5.3_load", "\(folder)/Packages", input: dump + "DATA=END\n")
        return folder
    }

    /// A `Packages.db` after rpm's lib/backend/ndb/rpmpkg.c, "Packages.db layout"; Debian's rpm cannot
    /// write the format.
    func ndb() throws -> Data {
        let block = 16
        var slots: [UInt8] = []
        var blobs: [UInt8] = []
        for (number, header) in try headers() {
            let size = (block + header.count + 12 + block - 1) / block * block
            slots += Array("Slot".utf8) + littleEndian(number)
            slots += littleEndian(UInt32((4096 + blobs.count) / block)) + littleEndian(UInt32(size / block))
            var blob = Array("BlbS".utf8) + littleEndian(number) + littleEndian(1) + littleEndian(UInt32(header.count))
            blob += header + [UInt8](repeating: 0, count: size - block - header.count - 12)
            // The checksum is not looked at: a header is checked by being read.
            blobs += blob + littleEndian(0) + littleEndian(UInt32(header.count)) + Array("BlbE".utf8)
        }
        var head = Array("RpmP".utf8) + littleEndian(0) + littleEndian(1) + littleEndian(1) + littleEndian(100)
        head += [UInt8](repeating: 0, count: 12) + slots
        head += [UInt8](repeating: 0, count: 4096 - head.count)
        return Data(head + blobs)
    }

    private func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
    }
}
