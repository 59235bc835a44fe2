import Foundation
import Glibc
import TestSupport

/// Packages of apk in a machine's own folder, with an index that is signed.
struct ApkRepository {
    struct Package {
        var name: String
        var version: String
        var depends: String?
        /// Of the script behind an upgrade.
        var postUpgrade: String?
    }

    /// apk's own program, without libraries; nil where it is not here: Debian has no package of it.
    static let apk: String? = {
        let places = [
            ProcessInfo.processInfo.environment["GARRISON_APK"], "/sbin/apk.static", "/usr/local/sbin/apk.static",
        ]
        return places.compactMap { $0 }.first { path in access(path, X_OK) == 0 }
    }()

    let root: PatchRoot

    /// The machine has apk, its database and the repository's key.
    init(_ root: PatchRoot) async throws {
        self.root = root
        try await PatchRoot.run(["/usr/bin/install", "-D", Self.apk ?? "", "\(root.path)/usr/sbin/apk"])
        try await PatchRoot.run([
            "/bin/mkdir", "-p", "\(root.path)/etc/apk/keys", "\(root.path)/srv/repository/x86_64",
            "\(root.path)/var/cache/apk",
        ])
        try await PatchRoot.run([
            "/bin/sh", "-c",
            """
            cd '\(root.folder.path)' && openssl genrsa -out tests.rsa 2048 \
            && openssl rsa -in tests.rsa -pubout -out '\(root.path)/etc/apk/keys/tests.rsa.pub'
            """,
        ])
        try root.write("/srv/repository\n", to: "etc/apk/repositories")
        try root.write("x86_64\n", to: "etc/apk/arch")
        let made = try await root.shell("apk --initdb add")
        guard made.status == 0 else { throw TestFailure("no database: \(made.output)") }
    }

    func publish(_ packages: Package...) async throws {
        for package in packages {
            try await PatchRoot.run([
                "/usr/bin/python3", "-c", Self.maker, "\(root.path)/srv/repository/x86_64", package.name,
                package.version, package.depends ?? "", package.postUpgrade ?? "",
            ])
        }
        let indexed = try await root.shell(
            "cd /srv/repository/x86_64 && rm -f APKINDEX.tar.gz && apk index --allow-untrusted -o APKINDEX.tar.gz *.apk"
        )
        guard indexed.status == 0 else { throw TestFailure("no index: \(indexed.output)") }
        let index = "\(root.path)/srv/repository/x86_64/APKINDEX.tar.gz"
        let signature = "\(root.folder.path)/signature"
        try await PatchRoot.run([
            "/usr/bin/openssl", "dgst", "-sha1", "-sign", "\(root.folder.path)/tests.rsa", "-out", signature, index,
        ])
        try await PatchRoot.run(["/usr/bin/python3", "-c", Self.signer, signature, index])
    }

    func remove(_ name: String, _ version: String) {
        unlink("\(root.path)/srv/repository/x86_64/\(name)-\(version).apk")
    }

    /// What apk's database says is installed.
    func version(_ name: String) -> String? {
        let blocks = (root.read("lib/apk/db/installed") ?? "").components(separatedBy: "\n\n")
        let block = blocks.first { $0.hasPrefix("P:\(name)\n") || $0.contains("\nP:\(name)\n") }
        return block?.split(separator: "\n").first { $0.hasPrefix("V:") }.map { String($0.dropFirst(2)) }
    }

    /// Two archives behind one another: the first, which says what the package is, without its end.
    private static let maker = """
        import gzip, hashlib, io, sys, tarfile
        folder, name, version, depends, script = sys.argv[1:]
        def archive(members, ends):
            out = io.BytesIO()
            tar = tarfile.open(fileobj=out, mode='w', format=tarfile.PAX_FORMAT)
            for path, content, mode in members:
                member = tarfile.TarInfo(path)
                member.mode = mode
                if content is None:
                    member.type = tarfile.DIRTYPE
                else:
                    member.size = len(content)
                    if ends:
                        member.pax_headers = {'APK-TOOLS.checksum.SHA1': hashlib.sha1(content).hexdigest()}
                tar.addfile(member, io.BytesIO(content) if content is not None else None)
            end = tar.offset
            tar.close()
            return gzip.compress(out.getvalue() if ends else out.getvalue()[:end])
        place = 'usr/share/' + name
        data = archive([('usr', None, 0o755), ('usr/share', None, 0o755), (place, None, 0o755),
            (place + '/version', (version + '\\n').encode(), 0o644)], True)
        words = {'pkgname': name, 'pkgver': version, 'pkgdesc': 'a package of a test', 'arch': 'x86_64', 'size': '10',
            'license': 'none', 'origin': name, 'depend': depends, 'datahash': hashlib.sha256(data).hexdigest()}
        info = ''.join(f'{key} = {value}\\n' for key, value in words.items() if value)
        control = [('.PKGINFO', info.encode(), 0o644)]
        if script:
            control.append(('.post-upgrade', ('#!/bin/sh\\n' + script + '\\n').encode(), 0o755))
        open(f'{folder}/{name}-{version}.apk', 'wb').write(archive(control, False) + data)
        """

    private static let signer = """
        import gzip, io, sys, tarfile
        signature, index = sys.argv[1:]
        content = open(signature, 'rb').read()
        out = io.BytesIO()
        tar = tarfile.open(fileobj=out, mode='w', format=tarfile.USTAR_FORMAT)
        member = tarfile.TarInfo('.SIGN.RSA.tests.rsa.pub')
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
        rest = open(index, 'rb').read()
        open(index, 'wb').write(gzip.compress(out.getvalue()[:tar.offset]) + rest)
        """
}
