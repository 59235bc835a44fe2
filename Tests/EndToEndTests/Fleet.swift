import Foundation
import TestSupport

/// A fleet of Debian 12 machines with old packages, for which the bundled intelligence has fixes.
enum Fleet {
    private static let sources = [
        "openssl", "curl", "glibc", "systemd", "bind9", "apache2", "nginx", "sudo", "vim", "openssh", "git",
        "python3.11", "perl", "php8.2", "postgresql-15", "samba", "cups", "ghostscript", "imagemagick", "tiff",
        "libxml2", "expat", "gnutls28", "krb5", "mariadb", "redis", "haproxy", "squid", "exim4", "dnsmasq",
    ]

    /// NDJSON of `count` machines; every tenth has software of its own.
    static func inventories(_ count: Int) -> String {
        (0..<count).map(inventory).joined(separator: "\n") + "\n"
    }

    private static func inventory(_ number: Int) -> String {
        let generation = number % 10 == 0 ? number : number % 7
        let packages = sources.enumerated().map { index, source in
            #"{"type":"deb","name":"\#(source)","version":"0.\#((generation + index) % 50)-1","architecture":"amd64"}"#
        }
        return #"""
            {"schema":"garrison.inventory/1","collected_at":"2026-11-20T10:00:00Z","device_id":"device-\#(number)",\#
            "hostname":"host-\#(number)","os":{"id":"debian","name":"Debian GNU/Linux","version":"12"},\#
            "packages":[\#(packages.joined(separator: ","))]}
            """#
    }

    /// A new advisory on a package of every machine.
    static func advisory(_ number: Int) -> String {
        #"""
        [{"id":"DEBIAN-CVE-2099-100\#(number)","upstream":["CVE-2099-100\#(number)"],"summary":"A flaw",
          "modified":"2026-11-20T00:00:00Z","affected":[{"package":{"ecosystem":"Debian:12","name":"\#(sources[number])"},
          "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"99-1"}]}]}]}]
        """#
    }

    /// The machines on which it was found.
    static func affected(_ number: Int) -> String {
        """
        SELECT count(*)::text
        FROM endpoint_vulnerabilities AS f
        JOIN vulnerabilities AS v ON v.id = f.vulnerability_id
        WHERE v.cve_id = 'CVE-2099-100\(number)' AND f.status = 'open'
        """
    }

    /// All that a tenant's fleet amounts to, without what differs from run to run.
    static func fingerprint(_ tenant: String) -> String {
        """
        WITH t AS (SELECT id FROM tenants WHERE name = '\(tenant)'),
        machines AS (SELECT * FROM endpoints WHERE tenant_id = (SELECT id FROM t)),
        software AS (
          SELECT endpoint_id, md5(string_agg(name || ' ' || version, E'\\n' ORDER BY name)) AS hash
          FROM software_installed
          WHERE tenant_id = (SELECT id FROM t)
          GROUP BY endpoint_id
        )
        SELECT concat_ws(' ',
          (SELECT concat_ws(' ', count(*), md5(string_agg(concat_ws('|', e.hostname, e.device_id, e.status, e.risk_score,
             e.open_findings, s.hash), E'\\n' ORDER BY e.hostname)))
           FROM machines AS e
           LEFT JOIN software AS s ON s.endpoint_id = e.id),
          (SELECT concat_ws(' ', count(*), md5(string_agg(concat_ws('|', e.hostname, v.cve_id, f.status, f.risk_score),
             E'\\n' ORDER BY e.hostname, v.cve_id)))
           FROM endpoint_vulnerabilities AS f
           JOIN machines AS e ON e.id = f.endpoint_id
           JOIN vulnerabilities AS v ON v.id = f.vulnerability_id),
          (SELECT concat_ws(' ', count(*), sum(endpoints_affected), sum(endpoints_remediated))
           FROM tenant_vulnerabilities
           WHERE tenant_id = (SELECT id FROM t)))
        """
    }
}
