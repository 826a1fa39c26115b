BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE crops (
	item_id INTEGER NOT NULL, 
	jpeg BLOB NOT NULL, 
	quad TEXT NOT NULL, 
	alignment INTEGER NOT NULL, 
	CONSTRAINT pk_crops PRIMARY KEY (item_id), 
	CONSTRAINT fk_crops_item_id FOREIGN KEY(item_id) REFERENCES items (id) ON DELETE CASCADE
);
INSERT INTO "crops" VALUES(1,X'63726F70206F662070686F746F2D30303030302E6A7067','[[0.0, 0.0], [0.0, 8.0], [8.0, 8.0], [8.0, 0.0]]',1);
INSERT INTO "crops" VALUES(2,X'63726F70206F662070686F746F2D30303030312E6A7067','[[0.0, 0.0], [0.0, 8.0], [8.0, 8.0], [8.0, 0.0]]',1);
CREATE TABLE edits (
	id INTEGER NOT NULL, 
	label_id INTEGER NOT NULL, 
	step_id INTEGER, 
	kind VARCHAR(4) NOT NULL, 
	field VARCHAR NOT NULL, 
	old TEXT, 
	new TEXT, 
	old_by VARCHAR(9), 
	"by" VARCHAR(9), 
	seconds DOUBLE NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_edits PRIMARY KEY (id), 
	CONSTRAINT fk_edits_label_id FOREIGN KEY(label_id) REFERENCES labels (id) ON DELETE CASCADE, 
	CONSTRAINT fk_edits_step_id FOREIGN KEY(step_id) REFERENCES steps (id)
);
INSERT INTO "edits" VALUES(1,1,1,'do',':state','"todo"','"draft"',NULL,NULL,0.0,'2026-11-22 00:57:32.346731');
INSERT INTO "edits" VALUES(2,1,2,'do','smile','0.5','0.25','default','edited',1.25,'2026-11-22 00:57:32.412910');
INSERT INTO "edits" VALUES(3,1,2,'do','hair_type','"short"','"long"','default','edited',1.25,'2026-11-22 00:57:32.421599');
INSERT INTO "edits" VALUES(4,1,3,'do',':note','""','"Ünsure about the fringe"',NULL,NULL,0.0,'2026-11-22 00:57:32.443168');
INSERT INTO "edits" VALUES(5,1,3,'do',':flags','[]','["look again"]',NULL,NULL,0.0,'2026-11-22 00:57:32.443782');
INSERT INTO "edits" VALUES(6,1,4,'do',':state','"draft"','"unsure"',NULL,NULL,1.0,'2026-11-22 00:57:32.469740');
INSERT INTO "edits" VALUES(7,2,5,'do',':state','"todo"','"draft"',NULL,NULL,0.0,'2026-11-22 00:57:32.587550');
INSERT INTO "edits" VALUES(8,2,6,'do','smile','0.5','0.5001','default','edited',0.0,'2026-11-22 00:57:32.667703');
INSERT INTO "edits" VALUES(9,2,6,'undo','smile','0.5001','0.5','edited','default',0.0,'2026-11-22 00:57:32.850914');
CREATE TABLE items (
	id INTEGER NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	path VARCHAR NOT NULL, 
	width INTEGER NOT NULL, 
	height INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	is_blind BOOLEAN NOT NULL, 
	subject VARCHAR, 
	problem VARCHAR, 
	added_at DATETIME NOT NULL, 
	CONSTRAINT pk_items PRIMARY KEY (id), 
	CONSTRAINT uq_items_sha256 UNIQUE (sha256)
);
INSERT INTO "items" VALUES(1,'96210597a3cedee79899b4b1a5068078e7ac45d7489f7ceeb69383db21f322a5','photo-00000.jpg','/nowhere/photo-00000.jpg',600,800,1,1,NULL,NULL,'2026-11-22 00:57:32.014787');
INSERT INTO "items" VALUES(2,'e5a5555d73bc0e1568d65563abf327bd6c0b9b9dc3336e86e0b17e865e9ee6d2','photo-00001.jpg','/nowhere/photo-00001.jpg',600,800,2,1,NULL,NULL,'2026-11-22 00:57:32.014896');
CREATE TABLE labels (
	id INTEGER NOT NULL, 
	item_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	engine VARCHAR NOT NULL, 
	take INTEGER NOT NULL, 
	fingerprint VARCHAR(12) NOT NULL, 
	state VARCHAR(8) NOT NULL, 
	vector TEXT NOT NULL, 
	provenance TEXT NOT NULL, 
	note VARCHAR NOT NULL, 
	flags TEXT NOT NULL, 
	start VARCHAR(12) NOT NULL, 
	started_from VARCHAR, 
	seconds DOUBLE NOT NULL, 
	made_at DATETIME NOT NULL, 
	changed_at DATETIME NOT NULL, 
	CONSTRAINT pk_labels PRIMARY KEY (id), 
	CONSTRAINT fk_labels_item_id FOREIGN KEY(item_id) REFERENCES items (id) ON DELETE CASCADE, 
	CONSTRAINT fk_labels_person_id FOREIGN KEY(person_id) REFERENCES people (id), 
	CONSTRAINT uq_labels_item_id_person_id_engine_take UNIQUE (item_id, person_id, engine, take), 
	CONSTRAINT ck_labels_state CHECK (state IN ('todo', 'draft', 'done', 'unsure', 'skipped')), 
	CONSTRAINT ck_labels_take CHECK (take >= 1)
);
INSERT INTO "labels" VALUES(1,1,1,'toy',1,'b0b888544e39','unsure','{"head_round": 1.0, "head_long": 0.0, "head_width": 0.5, "eye_spacing": 0.5, "mouth_width": 0.5, "skin_tone": "tone_1", "hair_color": "black", "glasses": "none", "smile": 0.25, "hair_type": "long"}','{"head_round": "default", "head_long": "default", "head_width": "default", "eye_spacing": "default", "mouth_width": "default", "smile": "edited", "skin_tone": "default", "hair_type": "edited", "hair_color": "default", "glasses": "default"}','Ünsure about the fringe','["look again"]','blind',NULL,3.5,'2026-11-22 00:57:32.266797','2026-11-22 00:57:32.469740');
INSERT INTO "labels" VALUES(2,1,2,'toy',1,'b0b888544e39','draft','{"head_round": 1.0, "head_long": 0.0, "head_width": 0.5, "eye_spacing": 0.5, "mouth_width": 0.5, "skin_tone": "tone_1", "hair_type": "short", "hair_color": "black", "glasses": "none", "smile": 0.5}','{"head_round": "default", "head_long": "default", "head_width": "default", "eye_spacing": "default", "mouth_width": "default", "smile": "default", "skin_tone": "default", "hair_type": "default", "hair_color": "default", "glasses": "default"}','','[]','blind',NULL,0.0,'2026-11-22 00:57:32.540189','2026-11-22 00:57:32.850914');
CREATE TABLE people (
	id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	joined_at DATETIME NOT NULL, 
	CONSTRAINT pk_people PRIMARY KEY (id), 
	CONSTRAINT uq_people_name UNIQUE (name)
);
INSERT INTO "people" VALUES(1,'Ada','2026-11-22 00:57:32.149170');
INSERT INTO "people" VALUES(2,'Bea','2026-11-22 00:57:32.510109');
CREATE TABLE sets (
	id INTEGER NOT NULL, 
	uid VARCHAR(32) NOT NULL, 
	name VARCHAR NOT NULL, 
	engines TEXT NOT NULL, 
	blind_share DOUBLE NOT NULL, 
	version INTEGER NOT NULL, 
	parent_digest VARCHAR(64), 
	digest VARCHAR(64), 
	locked_at DATETIME, 
	made_at DATETIME NOT NULL, 
	CONSTRAINT pk_sets PRIMARY KEY (id), 
	CONSTRAINT ck_sets_one CHECK (id = 1)
);
INSERT INTO "sets" VALUES(1,'3bfa3da977ae4aeb817bc664ec854078','Faces','{"toy": {"version": 1, "core": "b0b888544e39", "extra": "af60af57de3a"}}',0.5,1,NULL,NULL,NULL,'2026-11-22 00:57:31.734977');
CREATE TABLE steps (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	engine VARCHAR NOT NULL, 
	state VARCHAR(6) NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_steps PRIMARY KEY (id), 
	CONSTRAINT fk_steps_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);
INSERT INTO "steps" VALUES(1,1,'toy','done','2026-11-22 00:57:32.304491');
INSERT INTO "steps" VALUES(2,1,'toy','done','2026-11-22 00:57:32.412375');
INSERT INTO "steps" VALUES(3,1,'toy','done','2026-11-22 00:57:32.442308');
INSERT INTO "steps" VALUES(4,1,'toy','done','2026-11-22 00:57:32.464816');
INSERT INTO "steps" VALUES(5,2,'toy','done','2026-11-22 00:57:32.586847');
INSERT INTO "steps" VALUES(6,2,'toy','undone','2026-11-22 00:57:32.667020');
CREATE INDEX ix_items_position_id ON items (position, id);
CREATE INDEX ix_items_subject ON items (subject);
CREATE INDEX ix_labels_person_id_engine_take_state ON labels (person_id, engine, take, state);
CREATE INDEX ix_steps_person_id_engine_state_id ON steps (person_id, engine, state, id);
CREATE INDEX ix_edits_label_id ON edits (label_id);
CREATE INDEX ix_edits_step_id ON edits (step_id);
COMMIT;
