BEGIN;

ALTER TABLE patches ADD COLUMN is_servicing_stack boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN patches.is_servicing_stack IS
    'It updates what installs updates: on its products it comes before those that are published after it.';

CREATE TABLE patch_prerequisites (
    kb_number text NOT NULL,
    prerequisite text NOT NULL,
    PRIMARY KEY (kb_number, prerequisite),
    CHECK (kb_number <> prerequisite)
);
COMMENT ON TABLE patch_prerequisites IS
    'Which patch has to be installed before which, or one that has taken its place. Either may be unknown here, and there may be circles.';

GRANT SELECT ON patch_prerequisites TO garrison_app, garrison_system;

COMMIT;
